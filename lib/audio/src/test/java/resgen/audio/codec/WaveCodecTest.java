package resgen.audio.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.Clip;
import resgen.audio.MelScale;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.SoundKernel;
import resgen.audio.Speech;
import resgen.audio.align.Aligner;
import resgen.audio.corpus.SpeechFolder;
import resgen.audio.generate.SpokenTokens;
import resgen.codec.Medium;
import resgen.codec.Tokens;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.settings.Overrides;
import resgen.token.Condition;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;

class WaveCodecTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));
  private static final WaveVaeSettings TINY = WaveVaeSettings.tiny();
  private static final Map<String, Double> FIRST = new HashMap<>();
  private static final Map<String, Double> LAST = new HashMap<>();
  private static WaveCodec codec;

  @TempDir Path dir;

  @BeforeAll
  static void learn() {
    Torch.threads(1);
    codec =
        train(
            60,
            Optional.empty(),
            (step, of, seconds, row) -> {
              row.forEach(FIRST::putIfAbsent);
              LAST.putAll(row);
            });
  }

  @AfterAll
  static void close() {
    codec.close();
  }

  private static WaveCodec train(long steps, Optional<Path> folder, Listener listener) {
    Training training = WaveCodec.usual(steps).batch(8).every(10, 10, 10);
    return WaveCodec.train(
        SHIPPED.range(0, 10), SHIPPED.range(10, 12), TINY, training, folder, listener);
  }

  private static long planned(WaveVaeSettings settings) {
    Parameters plan = Parameters.plan();
    new WaveVae(plan, settings, Precision.FP32);
    assertEquals(plan.count(), plan.countByPart().get("encoder") * 2);
    return plan.count();
  }

  /** The paper's 185 M, to the last one; and the small network's by hand from its settings. */
  @Test
  void networksHaveTheirSizes() {
    assertEquals(185_079_552, planned(WaveVaeSettings.paper()));
    long half = 34 * 64 + 64 * 128 * 5 + 128 * 256 * 5 + 256 * 128 * 8;
    for (long c : new long[] {64, 128, 256}) {
      half += 3 * (c * 7 + c + 2 * c + c * 4 * c + 4 * c + 4 * c * c + c);
    }
    assertEquals(2 * half, planned(WaveVaeSettings.small()));
    assertEquals(5_107_328, 2 * half);
  }

  @Test
  void presetsCountTheirPositionsByFrames() {
    assertEquals(1600, WaveVaeSettings.small().samples());
    assertEquals(MelVaeSettings.small().stride(), WaveVaeSettings.small().stride());
    assertEquals(MelVaeSettings.small().mel(), WaveVaeSettings.small().mel());
    assertEquals(8, WaveVaeSettings.paper().stride());
    assertEquals(10.77, WaveVaeSettings.paper().mel().frameRate() / 8, 0.01);
  }

  private static float[] noise(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  /** What goes through the transform and back is what it was, to both ends. */
  @Test
  void theTransformIsUndone() {
    for (int[] size : new int[][] {{32, 8}, {32, 16}, {64, 8}, {12, 4}}) {
      for (int hops : new int[] {1, 2, 37, 500}) {
        float[] x = noise(2 * hops * size[1], hops);
        try (NDManager manager = Torch.manager()) {
          ShortFourier fourier = new ShortFourier(manager, size[0], size[1]);
          NDArray samples = Torch.floats(manager, x, 2, x.length / 2);
          NDArray spectrum = fourier.of(samples); // [2, F, 2K]
          assertArrayEquals(new long[] {2, hops, size[0] + 2}, spectrum.getShape().getShape());
          assertArrayEquals(x, Torch.read(fourier.inverse(spectrum)), 1e-5f);
        }
      }
    }
  }

  /** The transform of a cosine in the middle of a bin, by hand. */
  @Test
  void aToneIsInItsBin() {
    int k = 5;
    float[] x = new float[320];
    for (int t = 0; t < x.length; t++) {
      x[t] = (float) Math.cos(2 * Math.PI * k * (t + 12) / 32); // frames begin 12 before a hop
    }
    try (NDManager manager = Torch.manager()) {
      NDArray spectrum =
          new ShortFourier(manager, 32, 8).of(Torch.floats(manager, x, 1, x.length)); // [1, F, 34]
      float[] frame = Torch.read(spectrum.get("0, 20"));
      for (int j = 0; j <= 16; j++) {
        double expected =
            j == k ? 8 : Math.abs(j - k) == 1 ? -4 : 0; // Hann of 32: 16, −8 … by half
        assertEquals(expected, frame[j], 1e-4, "bin " + j);
        assertEquals(0, frame[17 + j], 1e-4, "imaginary part of bin " + j);
      }
    }
  }

  /** DC and Nyquist have no imaginary part, and magnitudes level off at 100. */
  @Test
  void spectraAreOfRealSounds() {
    try (NDManager manager = Torch.manager()) {
      float[] outputs = noise(50 * 34, 3);
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] *= 40;
      }
      NDArray y = Torch.floats(manager, outputs, 1, 50, 34);
      float[] s = Torch.read(SoundKernel.of("wave").call("polar", y).head()); // [1, 50, 34]
      for (int f = 0; f < 50; f++) {
        assertEquals(0, s[f * 34 + 17]);
        assertEquals(0, s[f * 34 + 33]);
        for (int j = 0; j < 17; j++) {
          double m = outputs[f * 34 + j];
          double phase = outputs[f * 34 + 17 + j];
          double magnitude = 100 / (1 + 100 * Math.exp(-m)); // the soft ceiling, written otherwise
          double tolerance = 1e-4 * (1 + magnitude);
          assertEquals(magnitude * Math.cos(phase), s[f * 34 + j], tolerance);
          if (j > 0 && j < 16) {
            assertEquals(magnitude * Math.sin(phase), s[f * 34 + 17 + j], tolerance);
          }
        }
      }
    }
  }

  @Test
  void trainingLowersTheError() {
    assertTrue(
        LAST.get("reconstruction") < 0.75 * FIRST.get("reconstruction"), FIRST + " to " + LAST);
    assertTrue(LAST.get("validation_mel_l1") < FIRST.get("validation_mel_l1"), LAST + "");
    assertTrue(LAST.get("codes_used_first") > 1, LAST + "");
    assertEquals(60, codec.origin().step());
    assertEquals(16_000, codec.mel().rate());
  }

  /** The validation's number is the distance of spectrograms of what the codec gives back. */
  @Test
  void itIsMeasuredAsTheOthersAre() {
    double sum = 0;
    try (MelTransform transform = new MelTransform(codec.mel())) {
      for (int i = 10; i < 12; i++) {
        Clip clip = SHIPPED.get(i).clip();
        sum += transform.of(clip).l1(transform.of(codec.reconstruct(clip, 4))) / 2;
      }
    }
    assertEquals(LAST.get("validation_mel_l1"), sum, 0.1 * sum);
  }

  @Test
  void whatIsSavedIsReadBack() {
    Path file = dir.resolve("codec.safetensors");
    codec.save(file);
    Clip clip = SHIPPED.get(0).clip();
    try (SpeechCodec read = SpeechCodec.load(file.toString())) {
      assertInstanceOf(WaveCodec.class, read);
      assertEquals(codec.fingerprint(), read.fingerprint());
      assertArrayEquals(codec.codes(clip), read.codes(clip));
      assertEquals(codec.reconstruct(clip, 4), read.reconstruct(clip, 4));
      assertEquals(codec.classNames(), read.classNames());
      assertEquals(codec.parametersByPart(), read.parametersByPart());
      assertTrue(read.summary().toString().contains("Waveform RVQ-VAE, 10.0 positions/s"));
    }
  }

  /** A run that was stopped and goes on gives the codec of one that was not. */
  @Test
  void aStoppedRunGoesOnToTheSameCodec() {
    try (WaveCodec whole = train(20, Optional.of(dir.resolve("whole")), Listener.none())) {
      Path folder = dir.resolve("stopped");
      WaveCodec part =
          train(
              20,
              Optional.of(folder),
              (step, of, seconds, row) -> {
                if (step >= 10) {
                  Thread.currentThread().interrupt();
                }
              });
      assertTrue(Thread.interrupted());
      assertTrue(part.origin().step() < 20, part.origin().step() + "");
      part.close();
      try (WaveCodec resumed = train(20, Optional.of(folder), Listener.none())) {
        assertEquals(whole.fingerprint(), resumed.fingerprint());
      }
    }
  }

  /** A clip comes back as long as it was, whatever its length. */
  @Test
  void noSampleIsLostOrAdded() {
    int[] lengths = {1, 2, 7, 8, 199, 200, 1599, 1600, 1601, 3200, 4095, 7777, 9999, 10_000};
    float[] samples = SHIPPED.get(0).clip().samples();
    for (int length : lengths) {
      Clip clip = Clip.of(Arrays.copyOf(samples, length), 16_000);
      assertEquals(length, codec.reconstruct(clip, 4).length());
      int[] codes = codec.codes(clip);
      assertEquals(4 * codec.positions(length), codes.length);
      assertTrue(codec.clip(codes, 4).length() > length);
      assertEquals(0, codec.clip(codes, 4).length() % 1600);
    }
  }

  /** Tokens do not depend on what else is encoded, nor latents on the batch that they are in. */
  @Test
  void soundsDoNotDependOnTheirBatch() {
    Tokens three = codec.encode(SHIPPED.range(0, 3));
    for (int i = 0; i < 3; i++) {
      Tokens alone = codec.encode(SHIPPED.range(i, i + 1));
      assertEquals(three.lengths()[i], alone.lengths()[0]);
      assertArrayEquals(three.codes().rows(i), alone.codes().rows(0));
    }
    try (NDManager manager = Torch.manager();
        Parameters parameters = Parameters.on(manager, 5)) {
      WaveVae network = new WaveVae(parameters, TINY, Precision.FP32);
      parameters.freeze();
      float[] x = noise(3 * 4800, 1);
      float[] together =
          Torch.read(network.decode(network.encode(Torch.floats(manager, x, 3, 4800))));
      for (int i = 0; i < 3; i++) {
        float[] own = Arrays.copyOfRange(x, i * 4800, (i + 1) * 4800);
        float[] alone =
            Torch.read(network.decode(network.encode(Torch.floats(manager, own, 1, 4800))));
        float[] expected = Arrays.copyOfRange(together, i * 4800, (i + 1) * 4800);
        assertArrayEquals(expected, alone, 1e-5f);
      }
    }
  }

  /** Tokens are as many as the frames of aligners say, and are decoded to their lengths. */
  @Test
  void tokensGoWithTextsAndBack() {
    Speech speech = SHIPPED.range(0, 12);
    Aligner.Learned learned = Aligner.learn(speech, Aligner.Settings.of(codec.mel()));
    Tokens tokens = SpokenTokens.of(codec, learned, speech, true);
    assertTrue(tokens.condition() instanceof Condition.Timed);
    Speech decoded = codec.decode(tokens);
    for (int i = 0; i < 12; i++) {
      assertEquals(codec.positions(speech.get(i).clip().length()), tokens.lengths()[i]);
      assertEquals(1600 * tokens.lengths()[i], decoded.get(i).clip().length());
      assertTrue(decoded.get(i).clip().peak() <= 1);
    }
    int[] own = Arrays.copyOf(tokens.codes().rows(1), tokens.lengths()[1] * 4);
    assertEquals(decoded.get(1).clip(), codec.clip(own, 4));
    int[] visible = new int[tokens.codes().positions()];
    Arrays.fill(visible, 4);
    Clip shown = codec.decodePartly(tokens.codes(), 1, new int[][] {visible}).get(0).clip();
    assertEquals(72 * 1600, shown.length());
  }

  /** A prompt's codes are those of its beginning alone. */
  @Test
  void theFirstPositionsAreEncodedAlone() {
    Clip clip = SHIPPED.get(2).clip();
    assertArrayEquals(codec.codes(clip.range(0, 3 * 1600 - 1)), codec.codes(clip, 3));
    String message =
        assertThrows(IllegalArgumentException.class, () -> codec.codes(clip, 500)).getMessage();
    assertTrue(message.contains("positions 500 must be 1 …"), message);
    Speech tooLong = SHIPPED.range(0, 1).subset(0);
    Clip eight = clip.length(8 * 16_000);
    Speech others = Speech.of("long", List.of(tooLong.get(0).sound(eight)), tooLong.speakers());
    message = assertThrows(IllegalArgumentException.class, () -> codec.encode(others)).getMessage();
    assertTrue(message.contains("81 positions (8.1 s)"), message);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path file = dir.resolve("damaged.safetensors");
    codec.save(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 100));
    String message =
        assertThrows(IllegalArgumentException.class, () -> WaveCodec.load(file)).getMessage();
    assertTrue(message.contains("damaged.safetensors"), message);
    whole[whole.length - 50] ^= 0x40;
    Files.write(file, whole);
    message = assertThrows(IllegalArgumentException.class, () -> WaveCodec.load(file)).getMessage();
    assertTrue(message.contains("damaged.safetensors"), message);
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    refused("widths", "[16,32,40]", "width 40 must be a multiple of 16");
    refused("strides", "[5,5]", "strides [5, 5] must be as many as widths");
    refused("strides", "[5,1,4]", "hop times strides 160 must be");
    refused("window", "30", "window 30 must be even, and a multiple");
    refused("window", "8", "window 8 must be");
    refused("kernel", "4", "kernel 4 must be odd");
    refused("crop", "5000", "crop 5000 must be a multiple of a position's 1600 samples");
    refused("error", "0", "error 0.0 must be");
    refused("scales", "[]", "scales [] must be 1 … 16");
    refused("scales", "[{\"mels\":10,\"window\":100}]", "100 is not a power of two");
    refused("precision", "fp8", "fp8");
  }

  private static void refused(String key, String value, String word) {
    Map<String, String> change = Map.of(key, value);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Overrides.apply(TINY, WaveVaeSettings.class, change))
            .getMessage();
    assertTrue(message.contains(word), message);
  }

  @Test
  void theMediumHasItsRecipe() {
    assertEquals(
        32, Medium.of(SHIPPED).recipe("wave-small", Map.of()).orElseThrow().spec().depth());
    assertEquals(
        48,
        Medium.of(SHIPPED)
            .recipe("wave-tiny", Map.of("positions", "48"))
            .orElseThrow()
            .spec()
            .positions());
  }

  @Test
  void theScalesOfTheLossAreSpectrograms() {
    for (MelScale scale : WaveVaeSettings.paper().scales()) {
      MelSettings mel = scale.settings(44_100);
      assertEquals(scale.window(), mel.window());
      assertEquals(scale.window() / 4, mel.hop());
    }
  }
}
