/** A whole number as messages show it, in groups of three digits: `1 949 998`. */
export const grouped = (number: number): string => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
