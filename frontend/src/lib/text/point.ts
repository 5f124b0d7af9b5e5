/** A point on the earth out of what people paste. */

export interface Point {
  latitude: number;
  longitude: number;
}

const NUMBER = String.raw`[+-]?\d{1,3}(?:\.\d+)?`;
/** Most exact first: a marker, then the middle of a map. */
const IN_LINKS = [
  new RegExp(String.raw`!3d(${NUMBER})!4d(${NUMBER})`),
  new RegExp(
    String.raw`[?&#](?:q|query|ll|sll|daddr|destination|center|loc)=(?:loc:)?(${NUMBER})(?:,|%2C)\s*(${NUMBER})`,
    'i',
  ),
  new RegExp(String.raw`[?&]mlat=(${NUMBER})&mlon=(${NUMBER})`, 'i'),
  new RegExp(String.raw`@(${NUMBER}),(${NUMBER})`),
  new RegExp(String.raw`#map=\d+(?:\.\d+)?/(${NUMBER})/(${NUMBER})`),
  new RegExp(String.raw`^geo:(${NUMBER}),(${NUMBER})`, 'i'),
  new RegExp(String.raw`/(?:place|search|dir)/(${NUMBER}),\+?(${NUMBER})`),
];
const PLAIN = new RegExp(
  String.raw`^\(?\s*(${NUMBER})\s*°?\s*([NS])?\s*[,;\s]\s*(${NUMBER})\s*°?\s*([EWO])?\s*\)?$`,
  'i',
);
const DECIMAL_COMMAS = /^\(?\s*([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)\s*\)?$/;
const DEGREES =
  /^(\d{1,2})°\s*(\d{1,2})['′’]\s*([\d.]+)["″”]\s*([NS])[\s,]+(\d{1,3})°\s*(\d{1,2})['′’]\s*([\d.]+)["″”]\s*([EWO])$/i;

/** Reads coordinates, or a link of a map; undefined when there is no point in it. Short links hold none. */
export function pointOf(pasted: string): Point | undefined {
  const text = pasted.trim();
  const degrees = DEGREES.exec(text);
  if (degrees) {
    const [, d, min, s, ns, d2, min2, s2, ew] = degrees;
    return point(
      (Number(d) + Number(min) / 60 + Number(s) / 3600) * (/s/i.test(ns!) ? -1 : 1),
      (Number(d2) + Number(min2) / 60 + Number(s2) / 3600) * (/[wo]/i.test(ew!) ? -1 : 1),
    );
  }
  const plain = PLAIN.exec(text);
  if (plain) {
    const [, latitude, ns, longitude, ew] = plain;
    return point(
      Number(latitude) * (/s/i.test(ns ?? '') ? -1 : 1),
      Number(longitude) * (/[wo]/i.test(ew ?? '') ? -1 : 1),
    );
  }
  const commas = DECIMAL_COMMAS.exec(text);
  if (commas) return point(Number(commas[1]!.replace(',', '.')), Number(commas[2]!.replace(',', '.')));
  if (!/^(https?:\/\/|geo:)/i.test(text)) return undefined;
  for (const pattern of IN_LINKS) {
    const found = pattern.exec(text);
    if (found) return point(Number(found[1]), Number(found[2]));
  }
  return undefined;
}

function point(latitude: number, longitude: number): Point | undefined {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}
