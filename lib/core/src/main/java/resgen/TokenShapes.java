package resgen;

import resgen.model.TokenShape;
import resgen.tokenizer.Tokens;

/** Shapes of tokens. */
final class TokenShapes {

  private TokenShapes() {}

  static TokenShape of(Tokens tokens) {
    return new TokenShape(
        tokens.grid(),
        tokens.codes().depth(),
        tokens.codebooks().codes(),
        tokens.codebooks().dimension(),
        tokens.classes());
  }
}
