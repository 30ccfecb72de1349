package resgen;

import resgen.codec.Tokens;

/**
 * Tokens to train on and a few to validate on.
 *
 * @param validation the last tenth, 1000 at most
 */
record Split(Tokens train, Tokens validation) {

  private static final int VALIDATION = 1000;

  static Split of(Tokens tokens) {
    int kept = Math.min(VALIDATION, tokens.size() / 10);
    int from = tokens.size() - kept;
    return new Split(tokens.range(0, from), tokens.range(from, tokens.size()));
  }
}
