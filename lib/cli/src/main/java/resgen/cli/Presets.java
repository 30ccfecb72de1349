package resgen.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import resgen.model.TokenShape;
import resgen.tokenizer.Tokenizer;
import resgen.tokenizer.TokenizerSettings;

/** The presets, by name. */
final class Presets {

  private Presets() {}

  /** Of tokenizers. */
  static Map<String, Supplier<TokenizerSettings>> tokenizers() {
    Map<String, Supplier<TokenizerSettings>> presets = new LinkedHashMap<>();
    presets.put("tiny", Tokenizer::tiny);
    presets.put("small", Tokenizer::small);
    presets.put("cifar", Tokenizer::cifar);
    presets.put("paper-rvq8", () -> Tokenizer.paper(8));
    presets.put("paper-rvq16", () -> Tokenizer.paper(16));
    return presets;
  }

  /** The shape of the tokens that a tokenizer makes of images of so many classes. */
  static TokenShape shape(TokenizerSettings tokenizer, int classes) {
    return new TokenShape(
        tokenizer.autoencoder().grid(),
        tokenizer.quantizer().depth(),
        tokenizer.quantizer().codes(),
        tokenizer.quantizer().dimension(),
        classes);
  }

  /** One of them. */
  static <T> T get(Map<String, Supplier<T>> presets, String name) {
    Supplier<T> preset = presets.get(name);
    if (preset == null) {
      throw new IllegalArgumentException(
          "no preset '" + name + "'; there are " + String.join(", ", presets.keySet()));
    }
    return preset.get();
  }
}
