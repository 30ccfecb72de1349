package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Codec;
import resgen.codec.Medium;
import resgen.codec.Tokens;
import resgen.settings.Json;
import resgen.settings.UserCache;
import resgen.token.Codes;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.SafeTensors;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;

class TokenizerTest {

  private static final Images IMAGES = Blobs.of(300, 28, 1);

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Training training = Training.steps(60).batch(32).learningRate(3e-3).every(20, 60, 0);
    tokenizer =
        Tokenizer.train(
            IMAGES,
            Tokenizer.tiny(),
            training,
            Optional.of(folder.resolve("run")),
            Listener.none());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  @Test
  void whatIsSavedLoadsAsTheSameTokenizer() {
    Path file = folder.resolve("kept.safetensors");
    tokenizer.save(file);
    try (Tokenizer loaded = Tokenizer.load(file.toString())) {
      assertEquals(tokenizer.fingerprint(), loaded.fingerprint());
      assertEquals(tokenizer.settings(), loaded.settings());
      assertEquals(tokenizer.origin(), loaded.origin());
      assertEquals(tokenizer.scale(), loaded.scale());
      Tokens before = tokenizer.encode(IMAGES, TokenCache.none());
      Tokens after = loaded.encode(IMAGES, TokenCache.none());
      assertArrayEquals(all(before.codes()), all(after.codes()));
      assertEquals(tokenizer.decode(before).fingerprint(), loaded.decode(after).fingerprint());
    }
  }

  @Test
  void anInterruptEndsLargeSetsBetweenBatchesAndStaysSet() {
    Tokens tokens = tokenizer.encode(IMAGES, TokenCache.none());
    int once = tokenizer.decodedAtOnce();
    assertTrue(once < IMAGES.size());
    Thread.currentThread().interrupt();
    assertEquals(once, tokenizer.decode(tokens.codes().range(0, once)).size());
    assertThrows(CancellationException.class, () -> tokenizer.decode(tokens));
    assertThrows(CancellationException.class, () -> tokenizer.encode(IMAGES, TokenCache.none()));
    assertTrue(Thread.interrupted());
  }

  @Test
  void partsDecodeAsInTheWhole() {
    Codes codes = tokenizer.encode(IMAGES, TokenCache.none()).codes();
    Images whole = tokenizer.decode(codes);
    Images part = tokenizer.decode(codes.range(70, 200));
    for (int i = 0; i < part.size(); i++) {
      byte[] expected = whole.pixels(70 + i);
      byte[] pixels = part.pixels(i);
      for (int j = 0; j < pixels.length; j++) {
        assertEquals(expected[j] & 0xFF, pixels[j] & 0xFF, 1, "image " + i + ", byte " + j);
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> codes.range(0, codes.size() + 1));
  }

  @Test
  void theLastCheckpointIsTheTrainedTokenizer() {
    Path last = folder.resolve("run").resolve("last.safetensors");
    Images learned = IMAGES.take(270);
    try (Tokenizer exported = Tokenizer.fromCheckpoint(last, learned)) {
      assertEquals(tokenizer.fingerprint(), exported.fingerprint());
    }
  }

  @Test
  void latentsAndResidualsHaveTheMeasuredDeviations() {
    Images learned = IMAGES.take(270);
    float[] latents =
        Torch.scoped(
            () ->
                tokenizer
                    .encode(tokenizer.pixels(learned, IntStream.range(0, 270).toArray()))
                    .toFloatArray());
    int h = tokenizer.codebooks().dimension();
    double variance = 0;
    for (int k = 0; k < h; k++) {
      int at = k;
      double[] values =
          IntStream.range(0, latents.length / h).mapToDouble(i -> latents[i * h + at]).toArray();
      double mean = java.util.Arrays.stream(values).average().orElseThrow();
      variance +=
          java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow()
              / h;
    }
    assertEquals(1, variance, 1e-4);
    float[] errors =
        Torch.scoped(
            () ->
                tokenizer
                    .codebooks()
                    .encode(Torch.floats(Torch.manager(), latents, latents.length / h, h))
                    .errors()
                    .toFloatArray());
    int depth = tokenizer.codebooks().depth();
    for (int j = 0; j < depth; j++) {
      int at = j;
      double mean =
          IntStream.range(0, errors.length / depth)
              .mapToDouble(i -> errors[i * depth + at])
              .average()
              .orElseThrow();
      assertEquals(Math.sqrt(mean / h), tokenizer.codebooks().sigma()[j], 1e-4);
    }
  }

  @Test
  void quantizedLatentsAreTheTokens() {
    Images few = IMAGES.take(5);
    float[] latents = tokenizer.latents(few);
    int h = tokenizer.codebooks().dimension();
    int rows = latents.length / h;
    long[] codes =
        Torch.scoped(
            () ->
                tokenizer
                    .codebooks()
                    .encode(Torch.floats(Torch.manager(), latents, rows, h))
                    .codes()
                    .toLongArray());
    int[] tokens = all(tokenizer.encode(few, TokenCache.none()).codes());
    assertArrayEquals(IntStream.of(tokens).asLongStream().toArray(), codes);
  }

  @Test
  void encodingAndDecodingChangeNothing() throws IOException {
    Path before = folder.resolve("before.safetensors");
    tokenizer.save(before);
    tokenizer.decode(tokenizer.encode(IMAGES.take(20), TokenCache.none()));
    Path after = folder.resolve("after.safetensors");
    tokenizer.save(after);
    assertArrayEquals(Files.readAllBytes(before), Files.readAllBytes(after));
  }

  @Test
  void codesDoNotDependOnTheBatch() {
    Codes whole = tokenizer.encode(IMAGES, TokenCache.none()).codes();
    Codes one = tokenizer.encode(IMAGES.subset(250), TokenCache.none()).codes();
    assertArrayEquals(whole.rows(250), one.rows(0));
  }

  @Test
  void decodedImagesHaveTheOriginalSizeAndLabels() {
    Tokens tokens = tokenizer.encode(IMAGES.take(5), TokenCache.none());
    Images decoded = tokenizer.decode(tokens);
    assertEquals(28, decoded.height());
    assertEquals(28, decoded.width());
    assertEquals(IMAGES.classNames(), decoded.classNames());
    assertArrayEquals(IMAGES.take(5).labels(), decoded.labels());
  }

  @Test
  void decodingOfFewerDepthsSumsThoseAlone() {
    Codes codes = tokenizer.encode(IMAGES.take(3), TokenCache.none()).codes();
    float[] books = tokenizer.codebooks().array().toFloatArray();
    int h = tokenizer.codebooks().dimension();
    int v = tokenizer.codebooks().codes();
    float[] latents = Torch.scoped(() -> tokenizer.sums(codes.truncate(2), 0).toFloatArray());
    for (int i = 0; i < codes.positions(); i++) {
      for (int k = 0; k < h; k++) {
        float first = books[codes.get(0, i, 0) * h + k];
        float second = books[(v + codes.get(0, i, 1)) * h + k];
        assertEquals(first + second, latents[i * h + k], 1e-6);
      }
    }
  }

  @Test
  void aCacheHitEqualsRecomputationAndABrokenFileIsMadeAnew() throws IOException {
    TokenCache cache = TokenCache.at(folder.resolve("cache"));
    int[] fresh = all(tokenizer.encode(IMAGES, TokenCache.none()).codes());
    assertArrayEquals(fresh, all(tokenizer.encode(IMAGES, cache).codes()));
    Path file = cache.file(tokenizer.fingerprint(), IMAGES.fingerprint()).orElseThrow();
    assertTrue(Files.exists(file));
    assertArrayEquals(fresh, all(tokenizer.encode(IMAGES, cache).codes()));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertArrayEquals(fresh, all(tokenizer.encode(IMAGES, cache).codes()));
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void theCacheIsReadAndNotComputed() {
    TokenCache cache = TokenCache.at(folder.resolve("read"));
    TokenSpec spec = new TokenSpec(new Layout.Line(2), 2, 65_536, 1);
    Codes codes = Codes.of(new int[] {1, 2, 3, 40_000}, 2, 2);
    cache.get("t", "d", 1, spec, () -> codes);
    Codes read = cache.get("t", "d", 1, spec, () -> Codes.of(new int[4], 2, 2));
    assertArrayEquals(new int[] {1, 2, 3, 40_000}, all(read));
    Codes other = cache.get("t", "e", 1, spec, () -> Codes.of(new int[4], 2, 2));
    assertArrayEquals(new int[4], all(other));
  }

  /** Each of these was taken for the tokens of the images, or ended the work. */
  @Test
  void tokensOfTheCacheThatCannotBeTheImagesAreMadeAnew() {
    TokenCache cache = TokenCache.at(folder.resolve("damaged"));
    int[] fresh = all(tokenizer.encode(IMAGES, TokenCache.none()).codes());
    TokenSpec spec = tokenizer.spec();
    int v = spec.codes();
    int n = fresh.length;
    int[] beyond = fresh.clone();
    beyond[77] = v + 8;
    TokenSpec any = new TokenSpec(spec.layout(), spec.depth(), 65_536, 1);
    TokenSpec half = new TokenSpec(spec.layout(), spec.depth() / 2, 65_536, 1);
    TokenSpec line = new TokenSpec(new Layout.Line(spec.positions() / 2), spec.depth(), 65_536, 1);
    for (TokenSpec kept : List.of(any, half, line)) {
      int[] values = kept == any ? beyond : java.util.Arrays.copyOf(fresh, n / 2);
      Path file = cache.file(tokenizer.fingerprint(), IMAGES.fingerprint()).orElseThrow();
      assertDoesNotThrow(() -> Files.deleteIfExists(file));
      Codes codes = Codes.of(values, kept.positions(), kept.depth());
      cache.get(tokenizer.fingerprint(), IMAGES.fingerprint(), IMAGES.size(), kept, () -> codes);
      assertArrayEquals(fresh, all(tokenizer.encode(IMAGES, cache).codes()), kept.toString());
      assertArrayEquals(
          fresh,
          all(
              cache.get(
                  tokenizer.fingerprint(),
                  IMAGES.fingerprint(),
                  IMAGES.size(),
                  spec,
                  () -> Codes.of(new int[n], spec.positions(), spec.depth()))),
          "it is kept anew");
    }
  }

  /** A code beyond V is another depth's entry. */
  @Test
  void codesThatThereAreNotAreNamedAtEveryEntrance() {
    Tokens tokens = tokenizer.encode(IMAGES.take(2), TokenCache.none());
    int[] values = all(tokens.codes());
    int v = tokenizer.spec().codes();
    values[tokens.codes().positions() * tokens.codes().depth() + 5] = v;
    Codes beyond = Codes.of(values, tokens.codes().positions(), tokens.codes().depth());
    int[][] visible = {new int[tokens.codes().positions()]};
    for (Executable entrance :
        List.<Executable>of(
            () -> tokenizer.decode(beyond),
            () -> tokenizer.decode(beyond, new int[2]),
            () -> tokenizer.decode(beyond, tokens.condition()),
            () -> tokenizer.decodePartly(beyond, 1, visible),
            () ->
                Tokens.of(
                    beyond,
                    tokens.condition(),
                    tokens.layout(),
                    tokens.codebooks(),
                    Optional.empty(),
                    "made up"))) {
      String message = assertThrows(IllegalArgumentException.class, entrance).getMessage();
      assertTrue(message.contains("code " + v + " of sample"), message);
      assertTrue(message.contains("position 1, depth 1 is not in 0 … " + (v - 1)), message);
    }
  }

  @Test
  void aFileWithNumbersThatCannotBeIsRefusedByFileAndTensor() {
    refusedFile("no 'scale'", Map.of("scale", ""), "");
    refusedFile("no 'origin'", Map.of("origin", ""), "");
    refusedFile("codebooks", Map.of(), "codebooks");
    refusedFile("sigma", Map.of(), "sigma");
    refusedFile("model.encoder.norm.bias", Map.of(), "model.encoder.norm.bias");
  }

  /** The tokenizer's file with other metadata (empty: none) and a NaN in a tensor (empty: none). */
  private static void refusedFile(String words, Map<String, String> metadata, String spoilt) {
    Path good = folder.resolve("good.safetensors");
    tokenizer.save(good);
    SafeTensors.File file = SafeTensors.read(good);
    Map<String, String> meta = new HashMap<>(file.metadata());
    metadata.forEach((key, value) -> meta.compute(key, (k, v) -> value.isEmpty() ? null : value));
    Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>(file.tensors());
    tensors.computeIfPresent(
        spoilt,
        (name, entry) -> {
          boolean exact = entry.dtype() == SafeTensors.DType.F32;
          float[] values = exact ? entry.floats() : new float[entry.size()];
          values[values.length > 1 ? 1 : 0] = Float.NaN;
          return SafeTensors.Entry.of(values, entry.shape());
        });
    Path path = folder.resolve("spoilt.safetensors");
    SafeTensors.write(path, tensors, meta);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(path.toString()))
            .getMessage();
    assertTrue(message.contains(words) && message.contains("spoilt.safetensors"), message);
  }

  @Test
  void theCacheFolderIsThePropertyThenTheVariableThenTheHome() {
    assertEquals(Path.of("a"), UserCache.folder("a", "b"));
    assertEquals(Path.of("b"), UserCache.folder(null, "b"));
    assertTrue(UserCache.folder("", null).endsWith(Path.of(".cache", "resgen")));
  }

  @Test
  void imagesOfAnotherSizeAreRefusedByName() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> tokenizer.encode(Blobs.of(2, 16, 0), TokenCache.none()));
    assertTrue(e.getMessage().contains("1×16×16") && e.getMessage().contains("1×28×28"));
  }

  @Test
  void anUnknownNameAndAnotherFormatAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Tokenizer.load("no-such"));
    assertTrue(e.getMessage().contains("no-such"));
    Path last = folder.resolve("run").resolve("last.safetensors");
    e = assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(last.toString()));
    assertTrue(e.getMessage().contains("resgen-training-1"));
  }

  @Test
  void parametersAreCountedByPart() {
    assertEquals(4 * 32 * 8, tokenizer.parametersByPart().get("codebooks"));
    assertEquals(
        tokenizer.parametersByPart().values().stream().mapToLong(n -> n).sum(),
        tokenizer.parameterCount());
  }

  /** The tokenizer's file with one entry of its metadata or one tensor changed. */
  private static Path changed(String key, String value, String tensor, SafeTensors.Entry entry) {
    Path whole = folder.resolve("whole.safetensors");
    tokenizer.save(whole);
    SafeTensors.File file = SafeTensors.read(whole);
    Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
    Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>(file.tensors());
    metadata.computeIfPresent(key, (k, old) -> value);
    tensors.computeIfPresent(tensor, (k, old) -> entry);
    Path path = folder.resolve("changed.safetensors");
    SafeTensors.write(path, tensors, metadata);
    return path;
  }

  private static void refused(Path path, String... named) {
    String message =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(path.toString()))
                    .getMessage());
    assertTrue(message.contains(path.toString()), message);
    for (String word : named) {
      assertTrue(message.contains(word), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "0", "-1", "Infinity", "1e-60", "big"})
  void aScaleThatCannotBeIsRefused(String scale) {
    refused(changed("scale", scale, "", null), "'scale'", scale);
  }

  @Test
  void settingsInAFileAreBoundedBeforeAnythingIsBuilt() {
    String settings = Json.line(tokenizer.settings());
    Map<String, String> hostile =
        Map.of(
            "\"blocks\":1,->\"blocks\":1000000000,", "blocks 1000000000",
            "\"blocks\":1,->\"blocks\":999,", "far more than there are",
            "\"imageSize\":32,->\"imageSize\":2000000000,", "imageSize 2000000000",
            "\"latent\":8}->\"latent\":800000000}", "latent 800000000",
            "\"dimension\":8,->\"dimension\":800000000,", "dimension 800000000",
            "[8,16,16]->[8,16,1600000000]", "width 1600000000",
            "[8,16,16]->[8,16,16000]", "parameter encoder.",
            "\"codes\":32,->\"codes\":65536,", "codebooks");
    hostile.forEach(
        (change, named) -> {
          String[] words = change.split("->");
          assertTrue(settings.contains(words[0]), settings);
          refused(changed("settings", settings.replace(words[0], words[1]), "", null), named);
        });
    String origin = Json.line(tokenizer.origin());
    refused(changed("origin", origin.replace("\"height\":28", "\"height\":280"), "", null), "280");
  }

  @Test
  void numbersThatAreNotFiniteOrNotPossibleAreRefusedByTensor() {
    float[] books = tokenizer.codebooks().array().toFloatArray();
    books[7] = Float.NaN;
    refused(changed("", "", "codebooks", SafeTensors.Entry.of(books, 4, 32, 8)), "codebooks", "7");
    refused(changed("", "", "codebooks", SafeTensors.Entry.of(books, 4 * 32, 8)), "codebooks");
    float[] sigma = tokenizer.codebooks().sigma();
    for (float value : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      sigma[1] = value;
      refused(changed("", "", "sigma", SafeTensors.Entry.of(sigma, 4)), "sigma");
    }
    ByteBuffer halves = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    halves.putShort(6, (short) 0x7C00);
    refused(
        changed(
            "",
            "",
            "model.encoder.down0.bias",
            SafeTensors.Entry.of(SafeTensors.DType.F16, new long[] {8}, halves)),
        "model.encoder.down0.bias",
        "place 3");
  }

  @Test
  void theTokenizerThatIsMeantIsFoundWhateverElseIsInTheFolder() throws IOException {
    Path here = Files.createDirectories(folder.resolve("find"));
    Files.write(here.resolve("a.safetensors"), new byte[] {1, 2, 3});
    String blocks =
        Json.line(tokenizer.settings()).replace("\"blocks\":1,", "\"blocks\":1000000000,");
    Files.copy(changed("settings", blocks, "", null), here.resolve("b.safetensors"));
    String other = "0".repeat(64);
    Files.copy(changed("fingerprint", other, "", null), here.resolve("c.safetensors"));
    List<Path> folders = List.of(folder.resolve("none"), here);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Medium.find(tokenizer.fingerprint(), folders));
    for (String named : List.of(tokenizer.fingerprint(), "a.safetensors", "b.safetensors")) {
      assertTrue(e.getMessage().contains(named), e.getMessage());
    }
    assertFalse(e.getMessage().contains("c.safetensors"), e.getMessage());
    tokenizer.save(here.resolve("z.safetensors"));
    try (Codec<?> found = Medium.find(tokenizer.fingerprint(), folders)) {
      assertEquals(tokenizer.fingerprint(), found.fingerprint());
    }
  }

  @Test
  void aFileFromBeforeItSaidItsFingerprintIsFoundToo() throws IOException {
    Path here = Files.createDirectories(folder.resolve("old"));
    Path old = here.resolve("old.safetensors");
    tokenizer.save(old);
    SafeTensors.File file = SafeTensors.read(old);
    Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
    metadata.remove("fingerprint");
    SafeTensors.write(old, file.tensors(), metadata);
    try (Codec<?> found = Medium.find(tokenizer.fingerprint(), List.of(here))) {
      assertEquals(tokenizer.fingerprint(), found.fingerprint());
    }
  }
}
