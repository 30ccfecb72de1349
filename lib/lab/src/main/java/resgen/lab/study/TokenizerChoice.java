package resgen.lab.study;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.codec.Medium;
import resgen.settings.Json;
import resgen.token.TokenSpec;
import resgen.torch.WeightFile;
import resgen.train.Training;

/** Which codec makes an experiment's tokens. */
public sealed interface TokenizerChoice {

  /**
   * What tokens are like.
   *
   * @param tokens their shape
   * @param classes how many classes they have
   */
  record Shape(TokenSpec tokens, int classes) {}

  /**
   * One that is shipped.
   *
   * @param name of a file in {@code data/checkpoints}, without {@code .safetensors}
   */
  record Shipped(String name) implements TokenizerChoice {

    private static final Map<String, Shape> SHAPES = new ConcurrentHashMap<>();

    /** {@inheritDoc} Read from a file once as long as the file is the same. */
    @Override
    public Shape shape(IntSupplier classes) {
      Path file = WeightFile.named("tokenizer", name);
      String version = file.toAbsolutePath() + " " + file.toFile().lastModified();
      Shape own =
          SHAPES.computeIfAbsent(
              version,
              key -> {
                try (Codec<?> shipped = Medium.open(name)) {
                  return new Shape(shipped.spec(), shipped.classNames().size());
                }
              });
      return own.classes() > 0 ? own : new Shape(own.tokens(), classes.getAsInt());
    }

    @Override
    public long steps() {
      Map<?, ?> origin =
          Json.read(
              WeightFile.metadata(WeightFile.named("tokenizer", name)).getOrDefault("origin", "{}"),
              Map.class);
      return origin.get("step") instanceof Number steps ? steps.longValue() : 0;
    }

    @Override
    public Map<String, Object> identity() {
      return Map.of("name", name);
    }
  }

  /**
   * One that is trained if it is not there yet.
   *
   * @param recipe of it
   * @param training its training
   */
  record Trained(CodecRecipe<?> recipe, Training training) implements TokenizerChoice {

    @Override
    public Shape shape(IntSupplier classes) {
      return new Shape(recipe.spec(), classes.getAsInt());
    }

    @Override
    public long steps() {
      return training.steps();
    }

    @Override
    public Map<String, Object> identity() {
      Map<String, Object> identity = new LinkedHashMap<>();
      identity.put("settings", recipe.settings());
      identity.put("training", training);
      return identity;
    }
  }

  /** Steps of its training; 0 if its file does not say. */
  long steps();

  /** All that it depends on, as ids of models contain it. */
  Map<String, Object> identity();

  /**
   * The shape of its tokens; nothing is trained.
   *
   * @param classes how many classes the media have, asked for only if its file does not say
   */
  Shape shape(IntSupplier classes);
}
