package resgen.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.audio.generate.Tts;
import resgen.torch.WeightFormat;
import resgen.vision.tokenizer.Tokenizer;

/** {@code resgen convert}: a model's file with its matrices stored in another way. */
@Command(
    name = "convert",
    description = {
      "Write a model with its matrices stored in another way.",
      "In 8 bits, with a scale for each row, a file is half as large as with half floats.",
      "A model that speaks is written with its aligner, and its codec unless it is there."
    },
    mixinStandardHelpOptions = true)
final class Convert implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A shipped model, or a .safetensors file.")
  private String model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The model, a .safetensors file.")
  private Path output;

  @Option(
      names = "--storage",
      paramLabel = "S",
      defaultValue = "8bit",
      description = "How matrices are stored: fp32, half or 8bit (${DEFAULT-VALUE}).")
  private String storage;

  Convert() {}

  @Override
  public Integer call() throws IOException {
    Outputs.check(spec, output);
    WeightFormat wanted = Usage.check(spec, () -> WeightFormat.of(storage));
    try (Generator generator = Generator.load(model)) {
      if (generator.codec() instanceof Tokenizer images) {
        generator.save(output, wanted);
        Outputs.keepTokenizer(images, model, output);
      } else {
        try (Tts speech = Tts.load(model)) {
          speech.save(output, wanted);
        }
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %,d parameters, matrices in %s, %,d bytes%n",
              output, generator.parameterCount(), wanted.label(), Files.size(output));
    }
    return Main.OK;
  }
}
