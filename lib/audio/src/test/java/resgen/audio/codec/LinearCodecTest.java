package resgen.audio.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.Clip;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Phone;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.corpus.SpeechFolder;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.codec.Medium;
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.torch.WeightFormat;
import resgen.train.Listener;

class LinearCodecTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));
  private static final MelSettings MEL = LinearSettings.tiny().mel();
  private static final int WIDTH = 8 * 20;
  private static LinearCodec codec;
  private static List<LogMel> mels;

  @TempDir Path dir;

  @BeforeAll
  static void fit() {
    Torch.threads(1);
    codec = LinearCodec.fit(SHIPPED, LinearSettings.tiny());
    try (MelTransform transform = new MelTransform(MEL)) {
      mels = SHIPPED.utterances().stream().map(u -> transform.of(u.clip())).toList();
    }
  }

  @AfterAll
  static void close() {
    codec.close();
  }

  @Test
  void theSameSpeechGivesTheSameCodec() {
    try (LinearCodec again = LinearCodec.fit(SHIPPED, LinearSettings.tiny())) {
      assertEquals(codec.fingerprint(), again.fingerprint());
    }
    try (LinearCodec other = LinearCodec.fit(SHIPPED.range(0, 6), LinearSettings.tiny())) {
      assertNotEquals(codec.fingerprint(), other.fingerprint());
    }
  }

  /** A codec in another format is what its file holds, with tokens of its own. */
  @Test
  void inEightBitsItIsTheCodecOfItsFile() throws IOException {
    Path file = dir.resolve("small.safetensors");
    try (LinearCodec small = LinearCodec.fit(SHIPPED, LinearSettings.tiny(), WeightFormat.INT8)) {
      assertNotEquals(codec.fingerprint(), small.fingerprint());
      small.save(file);
      double own = 0;
      double wide = 0;
      for (LogMel mel : mels) {
        own += mel.l1(small.reconstruct(mel, 4));
        wide += mel.l1(codec.reconstruct(mel, 4));
      }
      assertEquals(1, own / wide, 0.05, "errors of both");
      try (LinearCodec read = LinearCodec.load(file)) {
        assertEquals(small.fingerprint(), read.fingerprint());
        assertArrayEquals(small.codes(mels.get(0)), read.codes(mels.get(0)));
        Path again = dir.resolve("again.safetensors");
        read.save(again);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
      }
    }
    Path whole = dir.resolve("whole.safetensors");
    codec.save(whole);
    assertTrue(Files.size(file) < 0.5 * Files.size(whole), Files.size(file) + " bytes");
  }

  /** The error of a projection is the variance that the other directions hold. */
  @Test
  void whatIsExplainedIsWhatAProjectionKeeps() {
    for (int h : new int[] {1, 4, 16}) {
      double error = 0;
      double variance = 0;
      float[] mean = mean();
      for (LogMel mel : mels) {
        float[] rows = SpectrogramCodec.filled(mel, 8).values();
        LogMel kept = codec.project(whole(rows), h);
        for (int i = 0; i < rows.length; i++) {
          error += Math.pow(rows[i] - kept.values()[i], 2);
          variance += Math.pow(rows[i] - mean[i % WIDTH], 2);
        }
      }
      assertTrue(error > 0 && variance > 0);
      assertEquals(codec.explained(h), 1 - error / variance, 1e-4);
    }
    assertTrue(codec.explained(16) > codec.explained(4));
  }

  private static LogMel whole(float[] rows) {
    return new LogMel(rows, MEL);
  }

  private static float[] mean() {
    double[] sum = new double[WIDTH];
    int count = 0;
    for (LogMel mel : mels) {
      float[] rows = SpectrogramCodec.filled(mel, 8).values();
      for (int i = 0; i < rows.length; i++) {
        sum[i % WIDTH] += rows[i];
      }
      count += rows.length / WIDTH;
    }
    float[] mean = new float[WIDTH];
    for (int k = 0; k < WIDTH; k++) {
      mean[k] = (float) (sum[k] / count);
    }
    return mean;
  }

  @Test
  void everyDepthComesNearer() {
    double before = Double.POSITIVE_INFINITY;
    for (int depth = 1; depth <= 4; depth++) {
      double sum = 0;
      for (LogMel mel : mels) {
        sum += mel.l1(codec.reconstruct(mel, depth)) / mels.size();
      }
      assertTrue(sum < before, "depth " + depth + ": " + sum);
      before = sum;
    }
    double projected = 0;
    for (LogMel mel : mels) {
      projected += mel.l1(codec.project(mel, 16)) / mels.size();
    }
    assertTrue(projected < before, projected + " before the quantizer, " + before + " after");
  }

  @Test
  void tokensHaveLengthsAndAreDecodedToThem() {
    Speech three = SHIPPED.range(0, 3);
    Tokens tokens = codec.encode(three);
    assertEquals(new Layout.Line(72), tokens.layout());
    assertTrue(tokens.ragged());
    Speech decoded = codec.decode(tokens);
    for (int i = 0; i < 3; i++) {
      int frames = MEL.frames(three.get(i).clip().length());
      assertEquals((frames + 7) / 8, tokens.lengths()[i]);
      assertEquals((tokens.lengths()[i] * 8 - 1) * 200, decoded.get(i).clip().length());
      assertEquals(three.get(i).speaker(), decoded.get(i).speaker());
    }
    int[] codes = Arrays.copyOf(tokens.codes().rows(1), tokens.lengths()[1] * 4);
    assertEquals(
        mels.get(1).l1(codec.reconstruct(mels.get(1), 4)),
        mels.get(1).l1(codec.mel(codes, 4).range(0, mels.get(1).frames())),
        1e-6);
    assertEquals(decoded.get(2).clip(), codec.decode(tokens).get(2).clip());
  }

  @Test
  void partlyVisibleCodesAreDecoded() {
    Tokens tokens = codec.encode(SHIPPED.range(0, 1));
    int[][] visible = new int[2][72];
    Arrays.fill(visible[1], 4);
    Speech two = codec.decodePartly(tokens.codes(), 0, visible);
    assertEquals(2, two.size());
    assertEquals(
        codec.decode(tokens.codes(), new Condition.None(1)).get(0).clip().level(),
        two.get(1).clip().level(),
        0.5);
  }

  /** Codes that no encoder made are not louder than any speech, a whisper beside one frame. */
  @Test
  void noCodesAreLouderThanTheSpeech() {
    List<Double> most = LogMel.loudest(mels);
    Random random = new Random(5);
    int[] codes = random.ints(60 * 4, 0, codec.codebooks().codes()).toArray();
    List<Double> decoded = LogMel.loudest(List.of(codec.mel(codes, 4)));
    int bounded = 0;
    for (int b = 0; b < most.size(); b++) {
      double over = decoded.get(b) - most.get(b);
      assertTrue(over <= 1e-6, "band " + b + ": " + decoded.get(b) + " > " + most.get(b));
      bounded += over > -1e-6 ? 1 : 0;
    }
    assertTrue(bounded > 0, "the random codes are too quiet to tell");
    Path file = dir.resolve("loud.safetensors");
    codec.save(file);
    try (LinearCodec read = LinearCodec.load(file)) {
      assertEquals(codec.mel(codes, 4), read.mel(codes, 4));
    }
  }

  @Test
  void theLoudestAreNumbersOfEveryBandOrNone() {
    SpectrogramCodec.checkLoudest(List.of(), 2);
    SpectrogramCodec.checkLoudest(List.of(1.0, -2.0), 2);
    for (List<Double> bad : List.of(List.of(1.0), List.of(1.0, Double.NaN))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> SpectrogramCodec.checkLoudest(bad, 2))
              .getMessage();
      assertTrue(message.contains("must be 2 finite numbers"), message);
    }
  }

  @Test
  void whatIsSavedIsReadBack() {
    Path file = dir.resolve("linear.safetensors");
    codec.save(file);
    try (LinearCodec read = LinearCodec.load(file)) {
      assertEquals(codec.fingerprint(), read.fingerprint());
      assertEquals(codec.classNames(), read.classNames());
      assertEquals(codec.explained(7), read.explained(7));
      assertArrayEquals(codec.codes(mels.get(0)), read.codes(mels.get(0)));
    }
    try (Codec<?> found = Medium.find(codec.fingerprint(), List.of(dir))) {
      assertEquals(codec.fingerprint(), found.fingerprint());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    float[] long8 = new float[16_000 * 8];
    long8[5] = 1;
    Speech tooLong =
        Speech.of(
            "long",
            List.of(
                new Utterance("a", "", "", List.<Phone>of(), Sound.of(Clip.of(long8, 16_000)))));
    String message =
        assertThrows(IllegalArgumentException.class, () -> codec.encode(tooLong)).getMessage();
    assertTrue(message.contains("81 positions (8.1 s)") && message.contains("72"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> codec.codes(new LogMel(new float[80], MelSettings.paper())));
    assertThrows(
        IllegalArgumentException.class, () -> LinearCodec.fit(tooLong, LinearSettings.small()));
  }

  @Test
  void speechOfFewDifferentPositionsIsRefused() {
    float[] beats = new float[16_000 * 3];
    for (int i = 0; i < beats.length; i++) { // two beats, 800 samples each, again and again
      beats[i] = (float) (.3 * Math.sin(i % 1600 * (i % 1600 < 800 ? .1 : .3)));
    }
    Utterance one = new Utterance("a", "", "", List.<Phone>of(), Sound.of(Clip.of(beats, 16_000)));
    Speech few = Speech.of("few", List.of(one));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> LinearCodec.fit(few, LinearSettings.tiny()))
            .getMessage();
    assertTrue(
        message.contains("few, 31 positions: ") && message.contains("are too many"), message);
  }

  @Test
  void itsRateIsSaid() {
    assertEquals(10, codec.positionRate());
    assertEquals(160, codec.bitRate(), 1e-9); // 4 codes of 4 bits
    assertTrue(codec.summary().toString().contains("10.0 positions/s"));
  }

  @Test
  void theMediumHasItsRecipes() {
    Medium<Speech> medium = Medium.of(SHIPPED);
    CodecRecipe<Speech> recipe =
        medium.recipe("linear-tiny", Map.of("depth", "2", "positions", "48")).orElseThrow();
    assertEquals(48, recipe.spec().positions());
    try (Codec<Speech> made =
        recipe.train(SHIPPED, recipe.usual(1), Optional.empty(), Listener.none()).codec()) {
      assertEquals(recipe.spec(), made.spec());
      Path file = dir.resolve("recipe.safetensors");
      recipe.save(made, file);
      try (SpeechCodec again = SpeechCodec.load(file.toString())) {
        assertEquals(made.fingerprint(), again.fingerprint());
      }
    }
    assertEquals(32, medium.recipe("small", Map.of()).orElseThrow().spec().depth());
    assertThrows(IllegalArgumentException.class, () -> medium.recipe("linear-huge", Map.of()));
  }

  /** A codec decodes each sample to its own length, and refuses other shapes. */
  @Test
  void lengthsOfSamplesAreKept() {
    Tokens tokens = codec.encode(SHIPPED.range(0, 2));
    Speech decoded = codec.decode(tokens.codes(), new int[] {5, 9}, new Condition.None(2));
    assertEquals((5 * 8 - 1) * 200, decoded.get(0).clip().length());
    assertEquals((9 * 8 - 1) * 200, decoded.get(1).clip().length());
  }
}
