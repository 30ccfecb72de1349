package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import resgen.Generator;
import resgen.lab.Evaluation;
import resgen.token.Codes;
import resgen.vision.tokenizer.Tokenizer;

/** What a reader holds says what it is when it is printed. */
class PrintedTest {

  /** Where the types are that programs and notebooks hold; the others are the library's own. */
  private static final List<String> HELD =
      List.of(
          "resgen",
          "resgen.codec",
          "resgen.mask",
          "resgen.quantize",
          "resgen.sample",
          "resgen.settings",
          "resgen.token",
          "resgen.lab",
          "resgen.lab.chart",
          "resgen.lab.metric",
          "resgen.lab.study",
          "resgen.vision",
          "resgen.vision.extract",
          "resgen.vision.tokenizer");

  /** Parts that work for others, which nobody is given. */
  private static final List<String> INNER =
      List.of(
          "resgen.quantize.BatchVectors",
          "resgen.quantize.ResidualQuantizer",
          "resgen.quantize.Spread",
          "resgen.quantize.TokenStatistics",
          "resgen.sample.CausalSampler",
          "resgen.sample.MaskedSampler",
          "resgen.sample.Trajectory$Recorder",
          "resgen.token.Batches",
          "resgen.lab.metric.FeatureCache",
          "resgen.lab.metric.Frechet",
          "resgen.lab.metric.Moments$Accumulator",
          "resgen.lab.study.SampleTimes",
          "resgen.lab.study.StudyRunner",
          "resgen.vision.Idx",
          "resgen.vision.tokenizer.Autoencoder",
          "resgen.vision.tokenizer.TokenCache");

  @Test
  void everyTypeThatAReaderHoldsSaysWhatItIs() throws Exception {
    List<String> silent = new ArrayList<>();
    for (Class<?> type : List.of(Generator.class, Codes.class, Tokenizer.class, Evaluation.class)) {
      Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Class<?> each : classes(place)) {
        if (isHeld(each) && !speaks(each) && !silent.contains(each.getName())) {
          silent.add(each.getName());
        }
      }
    }
    silent.removeAll(INNER);
    assertEquals(List.of(), silent);
  }

  /** The classes of a folder or a jar. */
  private static List<Class<?>> classes(Path place) throws IOException, ClassNotFoundException {
    if (Files.isDirectory(place)) {
      return below(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return below(jar.getPath("/"));
    }
  }

  private static List<Class<?>> below(Path root) throws IOException, ClassNotFoundException {
    List<Class<?>> out = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.').replace('\\', '.');
        if (!name.endsWith("-info.class")) {
          out.add(
              Class.forName(
                  name.substring(0, name.length() - ".class".length()),
                  false,
                  PrintedTest.class.getClassLoader()));
        }
      }
    }
    assertTrue(out.size() > 10, () -> root + " holds " + out);
    return out;
  }

  private static boolean isHeld(Class<?> type) {
    boolean open = HELD.contains(type.getPackageName());
    for (Class<?> each = type; each != null; each = each.getDeclaringClass()) {
      open &= Modifier.isPublic(each.getModifiers());
    }
    return open
        && !Modifier.isAbstract(type.getModifiers())
        && !Throwable.class.isAssignableFrom(type)
        && Arrays.stream(type.getDeclaredFields())
            .anyMatch(f -> !Modifier.isStatic(f.getModifiers()));
  }

  /** A record's own text prints arrays by their identity. */
  private static boolean speaks(Class<?> type) throws NoSuchMethodException {
    if (type.isRecord()) {
      return Arrays.stream(type.getRecordComponents()).noneMatch(c -> c.getType().isArray())
          || !Modifier.isFinal(type.getMethod("toString").getModifiers());
    }
    return type.getMethod("toString").getDeclaringClass() != Object.class;
  }
}
