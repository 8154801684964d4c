import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { FormatError } from '../../domain/format-error.ts';
import { grouped } from '../../domain/grouped.ts';

/** An element of an XML file, namespaces left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

/** XML files of recordings are read up to this size. */
export const maxXmlBytes = 64 << 20;
/** Deeper than any recording is nested. */
const maxDepth = 100;

type Node = Readonly<Record<string, unknown>>;

/**
 * Reads an XML file; entities of its own are refused and none is fetched.
 * @throws {FormatError} with the line where it is not well-formed.
 */
export function parseXml(bytes: Uint8Array, file: string): XmlElement {
  const refuse = (where: string, rule: string): never => {
    throw new FormatError({ file, where, rule, kind: 'bad-header' });
  };
  const text = decoded(bytes);
  const entity = text.search(/<!ENTITY/i);
  if (entity >= 0) refuse(`byte ${grouped(entity)}`, 'it declares entities of its own, which no recording needs');
  let nodes: readonly Node[];
  try {
    const checked = XMLValidator.validate(text);
    if (checked !== true)
      refuse(`line ${grouped(checked.err.line)}`, `the XML is damaged: ${checked.err.msg.slice(0, 120)}`);
    nodes = parser().parse(text) as readonly Node[];
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const breach = { file, where: '', rule: 'the XML is damaged and cannot be read', kind: 'bad-header' } as const;
    throw new FormatError(breach, { cause });
  }
  const root = elementsOf(nodes, 0, refuse)[0] as XmlElement | undefined;
  return root ?? refuse('', 'the file holds no XML element');
}

const parser = (): XMLParser =>
  new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: maxDepth,
  });

function elementsOf(
  nodes: readonly Node[],
  depth: number,
  refuse: (where: string, rule: string) => never,
): XmlElement[] {
  if (depth > maxDepth) refuse('', `its elements are nested more than ${maxDepth} deep, which no recording needs`);
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined || !Array.isArray(node[name])) return [];
    const inner = node[name] as readonly Node[];
    const attributes = Object.entries((node[':@'] ?? {}) as Record<string, string>);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, unescaped(String(value))])),
        children: elementsOf(inner, depth + 1, refuse),
        text: unescaped(inner.map((part) => (typeof part['#text'] === 'string' ? part['#text'] : '')).join('')),
      },
    ];
  });
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (all, hex, decimal, name) => {
        if (name !== undefined) return named[(name as string).toLowerCase()];
        const code = hex === undefined ? Number(decimal) : parseInt(hex as string, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : (all as string);
      })
    : text;

function decoded(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return buffer.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=["']([\w-]+)/.exec(buffer.toString('latin1', 0, 200))?.[1];
  const isLatin1 = declared !== undefined && /^(iso-8859-\d+|windows-125\d|us-ascii|latin1)$/i.test(declared);
  return buffer.toString(isLatin1 ? 'latin1' : 'utf8').replace(/^\ufeff/, '');
}

/** Children of that name. */
export const childrenOf = ({ children }: XmlElement, name: string): XmlElement[] =>
  children.filter((child) => child.name === name);

/** The first element along a path of names. */
export const elementAt = (element: XmlElement, ...path: readonly string[]): XmlElement | undefined =>
  path.reduce<XmlElement | undefined>((found, name) => found?.children.find((child) => child.name === name), element);

/** Text of the first element along a path. */
export const textAt = (element: XmlElement, ...path: readonly string[]): string | undefined =>
  elementAt(element, ...path)?.text.trim();

/** Every element of that name, however deep; not those within such an element. */
export function elementsNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => (child.name === name ? [child] : elementsNamed(child, name)));
}
