package resgen.audio.vocoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.SoundKernel;
import resgen.audio.Speech;
import resgen.audio.Vocoder;
import resgen.audio.codec.LinearCodec;
import resgen.audio.codec.LinearSettings;
import resgen.audio.corpus.SpeechFolder;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.settings.Overrides;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;

class IstftVocoderTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));
  private static final IstftSettings TINY = IstftSettings.tiny();
  private static final Map<String, Double> FIRST = new HashMap<>();
  private static final Map<String, Double> LAST = new HashMap<>();
  private static IstftVocoder vocoder;

  @TempDir Path dir;

  @BeforeAll
  static void learn() {
    Torch.threads(1);
    vocoder =
        train(
            120,
            Optional.empty(),
            (step, of, seconds, row) -> {
              row.forEach(FIRST::putIfAbsent);
              LAST.putAll(row);
            });
  }

  @AfterAll
  static void close() {
    vocoder.close();
  }

  private static IstftVocoder train(long steps, Optional<Path> folder, Listener listener) {
    Training training = IstftVocoder.usual(steps).batch(4).every(10, 10, 10);
    return IstftVocoder.train(
        SHIPPED.range(0, 10), SHIPPED.range(10, 12), TINY, training, folder, listener);
  }

  private static LogMel mel(int utterance) {
    try (MelTransform transform = new MelTransform(TINY.mel())) {
      return transform.of(SHIPPED.get(utterance));
    }
  }

  private static long planned(IstftSettings settings) {
    Parameters plan = Parameters.plan();
    new IstftNetwork(plan, settings, null, Precision.FP32);
    return plan.count();
  }

  /** By hand from its settings; and the published size, 13.5 M (Siuzdak 2024). */
  @Test
  void networksHaveTheirSizes() {
    long w = 192;
    long block = w * 7 + w + 2 * w + w * 3 * w + 3 * w + 3 * w * w + w;
    assertEquals(80 * 7 * w + w + 4 * w + 4 * block + 1026 * w, planned(IstftSettings.small()));
    assertEquals(13.5e6, planned(IstftSettings.large()), 0.02 * 13.5e6);
  }

  @Test
  void theErrorFalls() {
    assertTrue(LAST.get("mel_l1_scales") < 0.6 * FIRST.get("mel_l1_scales"), FIRST + " " + LAST);
    assertTrue(LAST.get("validation_mel_l1") < 0.6 * FIRST.get("validation_mel_l1"));
  }

  /** What goes in by magnitude and phase comes out by real and imaginary part, bin by bin. */
  @Test
  void binsAreInTheTransformsOrder() {
    Kernel kernel = SoundKernel.of("wave");
    try (NDManager manager = Torch.manager()) {
      float[] values = new float[2 * 3 * 2 * 5]; // [B, F, 2K]
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      NDArray s = Torch.floats(manager, values, 2, 3, 10);
      float[] bins = Torch.read(kernel.call("bins", s).head()); // [B, K, F, 2]
      for (int b = 0; b < 2; b++) {
        for (int f = 0; f < 3; f++) {
          for (int k = 0; k < 5; k++) {
            int at = ((b * 5 + k) * 3 + f) * 2;
            assertEquals(values[(b * 3 + f) * 10 + k], bins[at]);
            assertEquals(values[(b * 3 + f) * 10 + 5 + k], bins[at + 1]);
          }
        }
      }
    }
  }

  /** A run of 20 steps, and one that stopped after 10 and went on, to the last bit. */
  @Test
  void trainingResumes() {
    Training training = IstftVocoder.usual(20).batch(4).every(10, 10, 10);
    Speech speech = SHIPPED.range(0, 4);
    Path run = dir.resolve("run");
    try (IstftVocoder whole =
        IstftVocoder.train(speech, speech, TINY, training, Optional.empty(), Listener.none())) {
      Listener stop =
          (step, of, seconds, row) -> {
            if (step >= 10) {
              Thread.currentThread().interrupt();
            }
          };
      try (IstftVocoder half =
          IstftVocoder.train(speech, speech, TINY, training, Optional.of(run), stop)) {
        assertTrue(half.origin().step() < 20, half.origin().step() + "");
      }
      Thread.interrupted();
      try (IstftVocoder again =
          IstftVocoder.train(speech, speech, TINY, training, Optional.of(run), Listener.none())) {
        assertEquals(20, again.origin().step());
        assertEquals(whole.fingerprint(), again.fingerprint());
      }
    }
  }

  @Test
  void whatIsSavedIsReadAgain() throws IOException {
    Path file = dir.resolve("vocoder.safetensors");
    vocoder.save(file);
    LogMel mel = mel(10);
    Clip clip = vocoder.clip(mel, 0, 0);
    try (IstftVocoder again = IstftVocoder.load(file.toString())) {
      assertEquals(vocoder.fingerprint(), again.fingerprint());
      assertEquals(vocoder.origin(), again.origin());
      assertEquals(clip, again.clip(mel, 7, 3)); // nothing is random
    }
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length - 50] ^= 0x40;
    Files.write(file, whole);
    String message =
        assertThrows(IllegalArgumentException.class, () -> IstftVocoder.load(file.toString()))
            .getMessage();
    assertTrue(message.contains("vocoder.safetensors"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> IstftVocoder.load("commands-linear16"))
            .getMessage();
    assertTrue(message.contains("is not a vocoder"), message);
  }

  /** As long as Griffin-Lim's, from one frame on, and within full scale. */
  @Test
  void soundsAreAsLongAsTheirFrames() {
    LogMel mel = mel(11);
    try (GriffinLim other = new GriffinLim(TINY.mel())) {
      for (int frames : new int[] {1, 2, 3, 4, 5, 50, mel.frames()}) {
        LogMel part = mel.range(0, frames);
        Clip clip = vocoder.clip(part, 0, 0);
        assertEquals(other.clip(part, 0, 0).length(), clip.length(), frames + " frames");
        assertTrue(clip.peak() <= 1);
      }
    }
  }

  /**
   * No tone where nothing sounds: the strongest band of 50 Hz is 60 dB under full scale, 30 dB
   * after these few steps.
   */
  @Test
  void silenceIsSilent() {
    try (GriffinLim other = new GriffinLim(TINY.mel())) {
      assertTrue(loudestBand(other) < -60, "Griffin-Lim " + loudestBand(other));
    }
    assertTrue(loudestBand(vocoder) < -30, "network " + loudestBand(vocoder));
  }

  /** The greatest energy of a band of 50 Hz in what a vocoder makes of silence, in dB. */
  private static double loudestBand(Vocoder of) {
    MelSettings s = of.mel();
    float[] values = new float[161 * s.mels()];
    Arrays.fill(values, (float) Math.log(s.floor()));
    float[] sound = of.clip(new LogMel(values, s), 0, 0).samples();
    int n = s.rate() / 50; // a bin is 50 Hz wide
    double loudest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k <= n / 2; k++) {
      double energy = 0;
      int blocks = sound.length / n;
      for (int b = 0; b < blocks; b++) {
        double re = 0;
        double im = 0;
        for (int t = 0; t < n; t++) {
          re += sound[b * n + t] * Math.cos(2 * Math.PI * k * t / n);
          im += sound[b * n + t] * Math.sin(2 * Math.PI * k * t / n);
        }
        energy += 4 * (re * re + im * im) / ((double) n * n) / blocks; // 1 of a sine of full scale
      }
      loudest = Math.max(loudest, 10 * Math.log10(energy));
    }
    return loudest;
  }

  /** A codec that uses it makes sound by it, and another's spectrograms are refused. */
  @Test
  void codecsUseIt() {
    Path file = dir.resolve("vocoder.safetensors");
    vocoder.save(file);
    try (LinearCodec codec = LinearCodec.fit(SHIPPED, LinearSettings.tiny())) {
      if (!codec.mel().equals(TINY.mel())) {
        IstftVocoder other = IstftVocoder.load(file.toString());
        assertThrows(IllegalArgumentException.class, () -> codec.use(other));
        other.close();
      }
    }
    LinearSettings alike =
        Overrides.apply(LinearSettings.tiny(), LinearSettings.class, Map.of("mel.mels", "16"));
    try (LinearCodec codec = LinearCodec.fit(SHIPPED, alike)) {
      int[] codes = codec.codes(SHIPPED.get(0));
      int depth = codec.codebooks().depth();
      assertTrue(codec.vocoder().startsWith("Griffin-Lim, 32 rounds"), codec.vocoder());
      Clip before = codec.clip(codes, depth);
      codec.use(IstftVocoder.load(file.toString()));
      Clip after = codec.clip(codes, depth);
      assertEquals(before.length(), after.length());
      assertNotEquals(before, after);
      assertArrayEquals(vocoder.clip(codec.mel(codes, depth), 0, 0).samples(), after.samples());
      assertTrue(codec.vocoder().contains("inverse Fourier"), codec.vocoder());
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    refused("width", "40", "width 40 must be a multiple of 16");
    refused("kernel", "4", "kernel 4 must be odd");
    refused("crop", "4", "crop 4");
    refused("scales", "[]", "scales [] must be 1 … 16");
    refused("precision", "fp8", "fp8");
  }

  private static void refused(String key, String value, String word) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Overrides.apply(TINY, IstftSettings.class, Map.of(key, value)))
            .getMessage();
    assertTrue(message.contains(word), message);
  }
}
