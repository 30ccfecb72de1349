package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.audio.generate.SpeechModels;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.settings.Presets;
import resgen.torch.Precision;
import resgen.torch.WeightFile;
import resgen.vision.ImageFolder;
import resgen.vision.Images;
import resgen.vision.OwnImages;
import resgen.vision.tokenizer.Autoencoder;
import resgen.vision.tokenizer.TokenizerSettings;

/** {@code resgen info}: what a preset, a file of weights or a folder of pictures is. */
@Command(
    name = "info",
    description = {
      "Show the settings and parameters of a preset, checkpoint or file.",
      "Of a folder of pictures it shows what is read and what is left out.",
      "Presets are named as in tokenizer/small, resgen/small and speech/resgen/small; without a name,"
          + " all are listed."
    },
    mixinStandardHelpOptions = true)
final class Info implements Callable<Integer> {

  private static final String SUFFIX = ".safetensors";
  private static final int CLASSES = 10;
  private static final String SPEECH = "speech/";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|FILE|DIR",
      description = "A preset, a shipped checkpoint, a .safetensors file, or a folder of pictures.")
  private String name;

  Info() {}

  @Override
  public Integer call() {
    if (name == null) {
      TokenizerSettings.presets().keySet().forEach(preset -> out().println("tokenizer/" + preset));
      for (Family.Member member : Family.members()) {
        models(member).keySet().forEach(preset -> out().println(member.label() + "/" + preset));
      }
      for (Family.Member member : SpeechModels.members()) {
        SpeechModels.presets(member)
            .keySet()
            .forEach(preset -> out().println(SPEECH + member.label() + "/" + preset));
      }
      Checkpoints.names().forEach(out()::println);
    } else if (Files.isDirectory(Path.of(name))) {
      pictures(Path.of(name));
    } else if (name.startsWith("tokenizer/")) {
      tokenizer(Usage.check(spec, () -> Presets.get(TokenizerSettings.presets(), after(name))));
    } else if (name.contains("/") && !name.endsWith(SUFFIX)) {
      boolean speech = name.startsWith(SPEECH);
      String own = speech ? after(name) : name;
      String label = own.contains("/") ? own.substring(0, own.indexOf('/')) : own;
      Recipe settings =
          Usage.check(
              spec,
              () ->
                  speech
                      ? Presets.get(SpeechModels.examples(SpeechModels.of(label)), after(own))
                      : Presets.get(models(Family.of(label)), after(own)));
      show(settings, settings.model().plan().countByPart());
    } else {
      file(name.endsWith(SUFFIX) ? Path.of(name) : DataHome.path("checkpoints", name + SUFFIX));
    }
    return Main.OK;
  }

  private static String after(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  /** Generators on the tokens of the tokenizer preset of the same name. */
  private static Map<String, Supplier<Recipe>> models(Family.Member member) {
    Map<String, Supplier<Recipe>> models = new LinkedHashMap<>();
    Map<String, Supplier<TokenizerSettings>> tokenizers = TokenizerSettings.presets();
    member
        .presets()
        .forEach(
            (name, preset) -> {
              String own =
                  tokenizers.containsKey(name)
                      ? name
                      : name.replace("-anchored", ""); // same tokens
              if (tokenizers.containsKey(own)) {
                models.put(
                    name,
                    () ->
                        preset.of(
                            tokenizers.get(own).get().spec(), new ConditionSpec.Classes(CLASSES)));
              }
            });
    return models;
  }

  /** What the commands with --data read of a folder, and what they leave out. */
  private void pictures(Path folder) {
    OwnImages images =
        OwnImages.at(folder).options(ImageFolder::skippingBroken).said(out()::println);
    Images train = images.train();
    out().println("to learn from: " + train);
    out().println("held out: " + images.test());
    out().println("tokenizer settings that fit:");
    tokenizer(TokenizerSettings.fitting(train));
  }

  private void tokenizer(TokenizerSettings settings) {
    resgen.nn.Parameters plan = resgen.nn.Parameters.plan();
    new Autoencoder(plan, settings.autoencoder(), Precision.FP32);
    Map<String, Long> parts = new LinkedHashMap<>(plan.countByPart());
    long codes = (long) settings.quantizer().depth() * settings.quantizer().codes();
    parts.put("codebooks", codes * settings.quantizer().dimension());
    show(settings, parts);
  }

  private void file(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ParameterException(
          spec.commandLine(),
          "nothing is called '%s'; `resgen info` lists what there is, and a file ends in %s"
              .formatted(name, SUFFIX));
    }
    Map<String, Object> about = new LinkedHashMap<>();
    WeightFile.metadata(path)
        .forEach(
            (key, value) ->
                about.put(key, value.startsWith("{") ? Json.read(value, Map.class) : value));
    Map<String, Long> parts = new LinkedHashMap<>();
    WeightFile.sizes(path).forEach((name, size) -> parts.merge(part(name), size, Long::sum));
    show(about, parts);
  }

  /** {@code model.encoder.in.weight} belongs to {@code model.encoder}. */
  private static String part(String tensor) {
    String[] words = tensor.split("\\.");
    return words.length < 3 ? words[0] : words[0] + "." + words[1];
  }

  private void show(Object settings, Map<String, Long> parts) {
    out().print(Json.write(settings));
    parts.forEach((part, count) -> out().printf("%,15d  %s%n", count, part));
    long sum = parts.values().stream().mapToLong(Long::longValue).sum();
    out().printf("%,15d  in all%n", sum);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
