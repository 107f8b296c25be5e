// What a page knows (core/live/marks.py): "below:running,running:own,own", numbers of transactions.

const read = (mark) => mark.split(":").map((part) => part.split(",").filter(Boolean).map(Number));

/** Whether what the transaction changed stands in what was drawn with the mark. */
export function saw(mark, transaction) {
  if (!mark) return false;
  const [[below], running, own] = read(mark);
  return own.includes(transaction) || (transaction < below && !running.includes(transaction));
}

/** What all of them saw; "" where one of them says nothing. */
export function merged(marks) {
  if (!marks.length || !marks.every(Boolean)) return "";
  const all = marks.map(read), below = Math.min(...all.map(([[own]]) => own));
  return `${below}:${[...new Set(all.flatMap(([, running]) => running))].filter((one) => one < below).join(",")}:`;
}

/** Whether who has seen `mark` knows all that who has seen `other` knows, of others' doings. */
export function knows(mark, other) {
  if (!mark || !other) return false;
  const [[below], running] = read(mark), [[theirs], waiting] = read(other);
  return below >= theirs && running.every((one) => one >= theirs || waiting.includes(one));
}
