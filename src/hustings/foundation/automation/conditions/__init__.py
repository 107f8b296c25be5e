"""The "if" of rules: a small tree of questions about fields, asked of one record at hand (`evaluate`) or of the
database (`filters`); a property test holds the two together."""
