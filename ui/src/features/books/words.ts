// Names of kinds within a sentence.

/** A kind's name after a verb: "Bản cam kết hộ" as in "Ghi bản cam kết hộ". */
export function asObject(label: string): string {
  // A name stays as it is: "Ban Chỉ đạo".
  if (/^\S+ \p{Lu}/u.test(label)) return label;
  return label.charAt(0).toLocaleLowerCase('vi') + label.slice(1);
}
