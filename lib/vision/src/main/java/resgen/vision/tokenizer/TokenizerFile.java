package resgen.vision.tokenizer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/** A tokenizer as a {@link WeightFile}. Weights are half floats, codebooks float32. */
final class TokenizerFile {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("tokenizer", 1, "a tokenizer");
  private static final String PREFIX = "model.";
  private static final String SUFFIX = ".safetensors";

  private TokenizerFile() {}

  static Path locate(String name) {
    if (name.endsWith(SUFFIX)) {
      return Path.of(name);
    }
    Path folder = DataHome.path("checkpoints");
    Path path = folder.resolve(name + SUFFIX);
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(
          "no checkpoint '" + name + "' in " + folder + "; there are " + names(folder));
    }
    return path;
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  static void save(Tokenizer tokenizer, Path path) {
    Codebooks books = tokenizer.codebooks();
    WeightFile.of(KIND)
        .metadata("settings", Json.line(tokenizer.settings()))
        .metadata("origin", Json.line(tokenizer.origin()))
        .metadata("scale", Float.toString(tokenizer.scale()))
        .metadata(WeightFile.FINGERPRINT, tokenizer.fingerprint())
        .weights(PREFIX, tokenizer.parameters().arrays(), WeightFormat.HALF)
        .weights("", Map.of("codebooks", books.array()), WeightFormat.FP32)
        .floats("sigma", books.sigma(), books.depth())
        .write(path);
  }

  static Tokenizer load(Path path) {
    return WeightFile.read(path, KIND, TokenizerFile::load);
  }

  private static Tokenizer load(WeightFile file) {
    TokenizerSettings settings =
        file.metadata("settings", text -> Json.read(text, TokenizerSettings.class));
    TokenizerOrigin origin =
        file.metadata("origin", text -> Json.read(text, TokenizerOrigin.class));
    int size = settings.autoencoder().imageSize();
    if (origin.height() > size || origin.width() > size) {
      throw new IllegalArgumentException(
          "its images of %d×%d are larger than its imageSize %d"
              .formatted(origin.height(), origin.width(), size));
    }
    float scale = file.metadata("scale", TokenizerFile::positive);
    int depth = settings.quantizer().depth();
    int codes = settings.quantizer().codes();
    int dimension = settings.quantizer().dimension();
    float[] books = file.floats("codebooks", depth, codes, dimension);
    float[] sigma = file.floats("sigma", depth);
    file.check(PREFIX, plan(settings, file.bound()).shapes());
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      Parameters parameters = Parameters.on(manager, 0);
      Autoencoder network = Tokenizer.network(parameters, settings);
      parameters.load(file.arrays(loaded, PREFIX));
      Codebooks codebooks = Codebooks.of(manager, books, sigma, depth, codes, dimension);
      return new Tokenizer(settings, origin, manager, parameters, network, codebooks, scale);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The parameters that settings ask for, without memory; refused if they are more than that. */
  static Parameters plan(TokenizerSettings settings, int most) {
    Parameters plan = Parameters.plan(most);
    Tokenizer.network(plan, settings);
    return plan;
  }

  private static float positive(String text) {
    float value = Float.parseFloat(text);
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new IllegalArgumentException(text + " is not finite and more than 0");
    }
    return value;
  }

  /** Over settings of the network, image size, scale, weights and codebooks. */
  static String fingerprint(Tokenizer tokenizer) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String header =
          Json.line(tokenizer.settings().autoencoder())
              + tokenizer.origin().height()
              + "x"
              + tokenizer.origin().width()
              + "*"
              + tokenizer.scale()
              + tokenizer.codebooks().fingerprint();
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      tokenizer
          .parameters()
          .arrays()
          .forEach(
              (name, array) -> {
                digest.update((PREFIX + name).getBytes(StandardCharsets.UTF_8));
                digest.update(WeightFormat.halves(array));
              });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
