/** VERIFY.txt: what whoever receives a package can check, and how, in words for people. */

export function verifyText({
  publicKey,
  demonstration,
}: {
  publicKey: string
  demonstration: boolean
}): string {
  return `HOW TO CHECK THIS PACKAGE
=========================
${demonstration ? '\nIt is of a DEMONSTRATION ARCHIVE: its people and their messages are invented.\n' : ''}
With Holdfast, on any machine; no archive, no database and no network is needed:

    holdfast verify <this package>.zip --key "<public key>"

1. The public key. Ask the archive's owner for it, by another way than this package came. The archive claims
   that it is
       ${publicKey}
   but a key that comes with what it is to prove proves nothing. Without a key the package can still be checked
   against itself; the answer is then "consistent, origin unproven".

2. An earlier checkpoint. If you kept one of this archive, add --checkpoint <file>. It shows that the archive's
   log was not written anew since. The package can be compared with the last checkpoint of each day, and of each
   hour of the two days before it was made.

What is checked: that every file of the package is as it was written, that none is missing and none was added;
that each message is, byte for byte, what was archived, and when that was; that the archive's signed log says all
of this; and that the counts add up.

What is not: whether the search found everything that it should have. No package can show what is not in it.

Without Holdfast: the page docs/formats/export.md says in seven steps how to write a verifier of one's own; a
message by itself can be compared by its SHA-256 with items.csv.
`
}
