package resgen.vision.tokenizer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;

/** A tokenizer as a safetensors file. Weights are half floats, codebooks float32. */
final class TokenizerFile {

  private static final String FORMAT = "resgen-tokenizer-1";
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
    Map<String, SafeTensors.Entry> entries = weights(tokenizer.parameters());
    Codebooks books = tokenizer.codebooks();
    entries.put("codebooks", Tensors.entry(books.array()));
    entries.put("sigma", SafeTensors.Entry.of(books.sigma(), books.depth()));
    SafeTensors.write(
        path,
        entries,
        Map.of(
            "format", FORMAT,
            "settings", Json.line(tokenizer.settings()),
            "origin", Json.line(tokenizer.origin()),
            "scale", Float.toString(tokenizer.scale())));
  }

  private static Map<String, SafeTensors.Entry> weights(Parameters parameters) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach((name, array) -> entries.put("model." + name, Tensors.halfEntry(array)));
    return entries;
  }

  static Tokenizer load(Path path) {
    SafeTensors.File file = SafeTensors.read(path);
    String format = file.metadata().get("format");
    if (!FORMAT.equals(format)) {
      throw new IllegalArgumentException(
          path + " is not a tokenizer: its format is " + format + ", expected " + FORMAT);
    }
    NDManager manager = Torch.manager();
    try {
      return load(file, manager);
    } catch (IllegalArgumentException | NullPointerException e) {
      manager.close();
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static Tokenizer load(SafeTensors.File file, NDManager manager) {
    Map<String, String> meta = file.metadata();
    TokenizerSettings settings = Json.read(meta.get("settings"), TokenizerSettings.class);
    TokenizerOrigin origin = Json.read(meta.get("origin"), TokenizerOrigin.class);
    Parameters parameters = Parameters.on(manager, 0);
    Autoencoder network = Tokenizer.network(parameters, settings);
    try (NDManager loaded = Torch.manager()) {
      parameters.load(Tensors.select(loaded, "model.", file.tensors()));
    }
    Codebooks books =
        Codebooks.of(
            manager,
            file.tensor("codebooks").floats(),
            file.tensor("sigma").floats(),
            settings.quantizer().depth(),
            settings.quantizer().codes(),
            settings.quantizer().dimension());
    float scale = Float.parseFloat(meta.get("scale"));
    return new Tokenizer(settings, origin, manager, parameters, network, books, scale);
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
      weights(tokenizer.parameters())
          .forEach(
              (name, entry) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(entry.data());
              });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
