package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.torch.SafeTensors;
import resgen.torch.SafeTensors.Entry;
import resgen.torch.Torch;
import resgen.torch.WeightFormat;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

class WeightFormatTest {

  private static final String MATRIX = "model.input.class";

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;
  private static Generator model;
  private static Path file;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Images images = Patterns.of(80, 28, 1);
    Training training = Training.steps(5).batch(16).every(30, 60, 0);
    tokenizer =
        Tokenizer.train(images, Tokenizer.tiny(), training, Optional.empty(), Listener.none());
    tokenizer.save(folder.resolve("tokenizer.safetensors"));
    model = ResGen.train(tokenizer.encode(images, TokenCache.none()), ResGen.tiny(), training);
    file = folder.resolve("model.safetensors");
    model.save(file, WeightFormat.INT8);
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
  }

  @Test
  void matricesAreRoundedByRowsAndVectorsAreKept() {
    Map<String, Entry> entries = SafeTensors.read(file).tensors();
    try (Generator loaded = ResGen.load(file.toString())) {
      Map<String, NDArray> rounded = loaded.model().parameters().arrays();
      model.model().parameters().arrays().forEach((name, a) -> near(name, a, rounded, entries));
    }
  }

  private static void near(
      String name, NDArray array, Map<String, NDArray> rounded, Map<String, Entry> entries) {
    float[] exact = array.toFloatArray();
    float[] found = rounded.get(name).toFloatArray();
    if (array.getShape().dimension() < 2) {
      assertArrayEquals(exact, found, name);
      return;
    }
    float[] scales = entries.get("model." + name + ".scale").floats();
    int width = exact.length / scales.length;
    for (int i = 0; i < exact.length; i++) {
      assertEquals(exact[i], found[i], 0.50001 * scales[i / width], name);
    }
  }

  @Test
  void inFp32ItIsTheSameModelToTheBit() {
    Path exact = folder.resolve("exact.safetensors");
    model.save(exact, WeightFormat.FP32);
    try (Generator loaded = ResGen.load(exact.toString())) {
      Map<String, NDArray> found = loaded.model().parameters().arrays();
      model
          .model()
          .parameters()
          .arrays()
          .forEach((n, a) -> assertArrayEquals(a.toFloatArray(), found.get(n).toFloatArray(), n));
    }
  }

  /** Of every zeroed block that had a byte other than 0, none loads. */
  @Test
  void zeroedBlocksAreFoundWhereverTheyAre() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int size = 512;
    for (int from = 0; from < whole.length; from += size) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, from, Math.min(whole.length, from + size), (byte) 0);
      if (!Arrays.equals(whole, damaged)) {
        Path path = Files.write(folder.resolve("damaged.safetensors"), damaged);
        String message =
            assertThrows(IllegalArgumentException.class, () -> ResGen.load(path.toString()))
                .getMessage();
        assertTrue(message.contains(path.toString()), message);
      }
    }
  }

  @Test
  void itDrawsAlmostTheSameTokens() {
    try (Generator rounded = ResGen.load(file.toString())) {
      Sampling settings = Sampling.steps(1).seed(3);
      int[] exact = tokens(model, settings);
      int[] found = tokens(rounded, settings);
      long equal = IntStream.range(0, exact.length).filter(i -> exact[i] == found[i]).count();
      assertTrue(equal >= 0.9 * exact.length, equal + " of " + exact.length);
    }
  }

  private static int[] tokens(Generator from, Sampling settings) {
    return from.sample(Labels.cycle(20, 2), settings)
        .codes()
        .rows(IntStream.range(0, 20).toArray());
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    refused("storage is int4; readable are fp32, half, int8", Map.of("storage", "int4"), Map.of());
    refused("but its storage is half", Map.of("storage", "half"), Map.of());
    refused("tensor " + MATRIX + " has no scales", Map.of(), gone(MATRIX + ".scale"));
    refused("parameter input.class is missing", Map.of(), gone(MATRIX));
    float[] scales = SafeTensors.read(file).tensor(MATRIX + ".scale").floats();
    float[] longer = Arrays.copyOf(scales, scales.length + 1);
    refused(MATRIX, Map.of(), Map.of(MATRIX + ".scale", Entry.of(longer, longer.length)));
    float[] negative = scales.clone();
    negative[1] = -1;
    refused(MATRIX, Map.of(), Map.of(MATRIX + ".scale", Entry.of(negative, negative.length)));
    refused("parameter extra", Map.of(), Map.of("model.extra", Entry.of(new float[1], 1)));
  }

  /** Any value that is no tensor. */
  private static Map<String, ?> gone(String name) {
    return Map.of(name, Optional.empty());
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut.safetensors");
    for (int length : new int[] {0, 9, 300, whole.length / 2, whole.length - 1}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThrows(IllegalArgumentException.class, () -> ResGen.load(cut.toString()));
    }
    Files.delete(cut);
  }

  /** Refused with other metadata and other tensors than the file has; an empty one: without it. */
  private static void refused(String named, Map<String, String> metadata, Map<String, ?> tensors) {
    SafeTensors.File read = SafeTensors.read(file);
    Map<String, Entry> entries = new LinkedHashMap<>(read.tensors());
    tensors.forEach(
        (name, entry) -> entries.compute(name, (k, v) -> entry instanceof Entry e ? e : null));
    Map<String, String> meta = new LinkedHashMap<>(read.metadata());
    meta.putAll(metadata);
    Path path = folder.resolve("changed.safetensors");
    SafeTensors.write(path, entries, meta);
    String message =
        assertThrows(IllegalArgumentException.class, () -> ResGen.load(path.toString()))
            .getMessage();
    assertTrue(message.contains(named), message);
  }

  @Test
  void anUnknownLabelNamesThoseThereAre() {
    assertEquals(WeightFormat.INT8, WeightFormat.of("8bit"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> WeightFormat.of("4bit")).getMessage();
    assertTrue(message.contains("4bit") && message.contains("fp32, half, 8bit"), message);
  }
}
