/** Which way a table column is sorted; the words of `aria-sort`. */
export type SortDirection = 'ascending' | 'descending';
