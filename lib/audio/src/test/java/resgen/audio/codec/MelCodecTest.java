package resgen.audio.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.LogMel;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.corpus.SpeechFolder;
import resgen.codec.Tokens;
import resgen.nn.Parameters;
import resgen.settings.DataHome;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;

class MelCodecTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));
  private static final MelVaeSettings TINY = MelVaeSettings.tiny();

  @TempDir Path dir;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static LogMel mel(int utterance) {
    try (MelTransform transform = new MelTransform(TINY.mel())) {
      return transform.of(SHIPPED.get(utterance).clip());
    }
  }

  private static MelCodec train(long steps, Optional<Path> folder, Listener listener) {
    Training training = MelCodec.usual(steps).batch(8).every(20, 20, steps);
    return MelCodec.train(
        SHIPPED.range(0, 10), SHIPPED.range(10, 12), TINY, training, folder, listener);
  }

  /** The numbers of parameters, by hand from the settings. */
  @Test
  void theSmallNetworkHasItsSize() {
    Parameters plan = Parameters.plan();
    new MelVae(plan, MelVaeSettings.small(), resgen.torch.Precision.FP32);
    Map<String, Long> parts = plan.countByPart();
    long encoder =
        80 * 128 * 7
            + 128
            + 2 * residual(128)
            + 128 * 192 * 4
            + 192
            + 2 * residual(192)
            + 192 * 256 * 4
            + 256
            + 2 * residual(256)
            + 256 * 256 * 4
            + 256
            + 2 * 256
            + 256 * 128
            + 128;
    long decoder =
        128 * 256 * 3
            + 256
            + 256 * 256 * 4
            + 256
            + 2 * residual(256)
            + 256 * 192 * 4
            + 192
            + 2 * residual(192)
            + 192 * 128 * 4
            + 128
            + 2 * residual(128)
            + 4 * (128 * 7 + 128 + 2 * 128 + 128 * 384 + 384 + 384 * 128 + 128 + 128)
            + 128 * 80
            + 80;
    assertEquals(encoder, parts.get("encoder"));
    assertEquals(decoder, parts.get("decoder"));
    assertTrue(encoder + decoder > 4_500_000 && encoder + decoder < 4_700_000);
  }

  private static long residual(long width) {
    return 2 * (2 * width + width * width * 3 + width);
  }

  @Test
  void trainingLowersTheErrorAndFreezesWhatItLearned() {
    Map<String, Double> last = new HashMap<>();
    double[] first = new double[1];
    try (MelCodec codec =
        train(
            120,
            Optional.empty(),
            (step, of, seconds, row) -> {
              if (first[0] == 0 && row.containsKey("reconstruction")) {
                first[0] = row.get("reconstruction");
              }
              last.putAll(row);
            })) {
      assertTrue(last.get("reconstruction") < 0.75 * first[0], first[0] + " to " + last);
      assertTrue(last.get("validation_mel_l1") > 0, last + "");
      assertEquals(120, codec.origin().step());
      double[] errors = new double[5];
      for (int i = 0; i < 4; i++) {
        for (int depth = 1; depth <= 4; depth++) {
          errors[depth] += mel(i).l1(codec.reconstruct(mel(i), depth)) / 4;
        }
      }
      assertTrue(errors[4] < errors[1], errors[4] + " with 4 depths, " + errors[1] + " with 1");
      assertTrue(errors[4] < 1.5, errors[4] + " nats"); // 2 nats is a spectrogram's spread

      Path file = dir.resolve("codec.safetensors");
      codec.save(file);
      try (MelCodec read = (MelCodec) SpeechCodec.load(file.toString())) {
        assertEquals(codec.fingerprint(), read.fingerprint());
        assertArrayEquals(codec.codes(mel(0)), read.codes(mel(0)));
        assertEquals(codec.reconstruct(mel(0), 4), read.reconstruct(mel(0), 4));
        Tokens tokens = read.encode(SHIPPED.range(10, 12));
        assertTrue(tokens.ragged());
        assertEquals((mel(10).frames() + 7) / 8, tokens.lengths()[0]);
        assertEquals(
            (tokens.lengths()[1] * 8 - 1) * 200, read.decode(tokens).get(1).clip().length());
      }
    }
  }

  /** A run that was stopped and goes on gives the codec of one that was not. */
  @Test
  void aStoppedRunGoesOnToTheSameCodec() {
    try (MelCodec whole = train(40, Optional.of(dir.resolve("whole")), Listener.none())) {
      Path folder = dir.resolve("stopped");
      MelCodec part =
          train(
              40,
              Optional.of(folder),
              (step, of, seconds, row) -> {
                if (step >= 20) {
                  Thread.currentThread().interrupt();
                }
              });
      assertTrue(Thread.interrupted());
      assertTrue(part.origin().step() < 40, part.origin().step() + "");
      part.close();
      try (MelCodec resumed = train(40, Optional.of(folder), Listener.none())) {
        assertEquals(whole.fingerprint(), resumed.fingerprint());
      }
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MelVaeSettings(
                TINY.mel(), TINY.widths(), 1, 5, 1, 72, TINY.quantizer(), 0.25, 0, 64, "fp32"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MelVaeSettings(
                TINY.mel(), TINY.widths(), 1, 4, 1, 72, TINY.quantizer(), 0.25, 0, 60, "fp32"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MelVaeSettings(
                TINY.mel(), TINY.widths(), 1, 4, 1, 72, TINY.quantizer(), 0.25, 0, 64, "fp8"));
    assertEquals(8, MelVaeSettings.small().stride());
  }
}
