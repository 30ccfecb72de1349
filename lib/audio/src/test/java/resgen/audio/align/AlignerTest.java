package resgen.audio.align;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.codec.LinearSettings;
import resgen.audio.corpus.SpeechFolder;
import resgen.settings.DataHome;
import resgen.torch.Torch;

class AlignerTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));
  private static final MelSettings MEL = LinearSettings.tiny().mel();
  private static Aligner aligner;

  @TempDir Path dir;

  @BeforeAll
  static void fit() {
    Torch.threads(1);
    aligner = Aligner.fit(SHIPPED, Aligner.Settings.of(MEL));
  }

  private static LogMel mel(Utterance utterance) {
    try (MelTransform transform = new MelTransform(MEL)) {
      return transform.of(utterance);
    }
  }

  @Test
  void allFramesBelongToABytesInOrder() {
    Utterance one = SHIPPED.get(0);
    LogMel mel = mel(one);
    TextBytes text = TextBytes.of(one.text());
    int[] frames = aligner.align(text, mel).durations();
    assertEquals(mel.frames(), Arrays.stream(frames).sum());
    assertEquals(text.ids().length, frames.length);
    assertTrue(Arrays.stream(frames).allMatch(f -> f >= 1));
  }

  /** Where half of a sound is there, about half of its bytes are, and the rest has no frames. */
  @Test
  void aBeginningEndsSomewhereInTheText() {
    Utterance one = SHIPPED.get(1);
    LogMel mel = mel(one);
    TextBytes text = TextBytes.of(one.text());
    int half = mel.frames() / 2;
    int[] whole = aligner.align(text, mel).ends();
    int[] frames = aligner.alignBeginning(text, mel.range(0, half)).durations();
    int last = frames.length - 1;
    while (frames[last] == 0) {
      last--;
    }
    assertEquals(half, Arrays.stream(frames).sum());
    assertTrue(Math.abs(whole[last] - half) < 25, whole[last] + " of " + half);
  }

  @Test
  void predictedLengthsAreNearTheTrueOnes() {
    double error = 0;
    for (Utterance each : SHIPPED.utterances()) {
      int[] frames = aligner.durations(TextBytes.of(each.text()), aligner.pace(each.speaker()));
      error += Math.abs(Arrays.stream(frames).sum() / (double) mel(each).frames() - 1);
    }
    assertTrue(error / SHIPPED.size() < 0.1, "mean error " + error / SHIPPED.size());
    assertEquals(1, aligner.pace("nobody"));
    int[] slow = aligner.durations(TextBytes.of("take the red lamp"), 2);
    int[] usual = aligner.durations(TextBytes.of("take the red lamp"), 1);
    assertEquals(2, Arrays.stream(slow).sum() / (double) Arrays.stream(usual).sum(), 0.1);
  }

  /** Ends of words that the corpus tells are kept up to rounding, in the file too. */
  @Test
  void wordsEndWhereTheCorpusTells() {
    Aligner.Learned learned = Aligner.learn(SHIPPED, Aligner.Settings.of(MEL).told(true));
    AlignmentError error =
        AlignmentError.of(
            SHIPPED.utterances(),
            learned.frames().stream()
                .map(frames -> new MonotonicAlignment.Result(frames, 0))
                .toList(),
            WordEnds.ofCommands(),
            MEL);
    assertTrue(error.median() <= 6.25, error.toString());
    Path file = dir.resolve("told.safetensors");
    learned.aligner().save(file);
    Aligner again = Aligner.load(file.toString());
    assertEquals(learned.aligner().fingerprint(), again.fingerprint());
    Utterance one = SHIPPED.get(3);
    assertArrayEquals(learned.frames().get(3), again.align(one, mel(one)));
    Utterance silent = new Utterance("u1", one.speaker(), one.text(), List.of(), one.sound());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> again.align(silent, mel(one)))
            .getMessage()
            .contains("u1 has no phones"));
  }

  @Test
  void whatIsSavedIsReadAgain() {
    Path file = dir.resolve("aligner.safetensors");
    aligner.save(file);
    Aligner again = Aligner.load(file.toString());
    assertEquals(aligner.fingerprint(), again.fingerprint());
    assertEquals(aligner.speakers(), again.speakers());
    Utterance one = SHIPPED.get(2);
    TextBytes text = TextBytes.of(one.text());
    assertArrayEquals(
        aligner.align(text, mel(one)).durations(), again.align(text, mel(one)).durations());
    assertArrayEquals(aligner.durations(text, 1.1), again.durations(text, 1.1));
    assertTrue(again.knowsSpeakers());
    assertArrayEquals(
        aligner.durations(text, one.speaker(), 1), again.durations(text, one.speaker(), 1));
    assertArrayEquals(again.durations(text, 0.5), again.durations(text, "nobody", 2));
  }

  /** Utterances of one speaker often follow each other: means are learned from all over. */
  @Test
  void meansAreLearnedFromAllOver() {
    assertArrayEquals(new int[] {0, 2, 5, 7}, Aligner.spread(10, 4));
    assertArrayEquals(new int[] {0, 1, 2}, Aligner.spread(3, 500));
    assertArrayEquals(new int[] {0}, Aligner.spread(1, 1));
  }

  /** The shipped aligner is of the time before there was a covariance, and aligns as it did. */
  @Test
  void alignersFromBeforeAreRead() {
    Aligner shipped = Aligner.load("commands-resgen-aligner");
    Utterance one = SHIPPED.get(0);
    int[] frames;
    try (MelTransform transform = new MelTransform(shipped.mel())) {
      frames = shipped.align(TextBytes.of(one.text()), transform.of(one)).durations();
    }
    assertArrayEquals(
        new int[] {
          18, 3, 4, 9, 14, 5, 3, 1, 1, 3, 5, 3, 5, 9, 6, 5, 2, 2, 5, 1, 1, 1, 1, 16, 3, 3, 1, 9, 4,
          4, 3, 5, 1, 5, 6, 2, 6, 1, 9, 1, 6, 9, 5, 5, 5, 6, 3, 5, 7, 7, 9, 19
        },
        frames);
    assertEquals("4799ea3895d5", shipped.fingerprint().substring(0, 12));
  }

  /** Two speakers of one pace, slow in different places; a third who has said too little. */
  @Test
  void speakersAreSlowWhereTheyWere() {
    int[] text = {1, 9, 8, 2};
    List<int[]> texts = Collections.nCopies(13, text);
    int[] who = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2};
    int[] one = {2, 8, 2, 4};
    int[] two = {2, 2, 8, 4};
    List<int[]> frames = new ArrayList<>(Collections.nCopies(6, one));
    frames.addAll(Collections.nCopies(6, two));
    frames.add(new int[] {3, 3, 3, 3});
    MeanDurations means = MeanDurations.fit(texts, frames);
    SpeakerDurations own =
        SpeakerDurations.fit(texts, frames, who, means, new float[] {1, 1, 0.75f});
    double[] usual = means.of(text);
    for (int at = 0; at < text.length; at++) {
      double tolerance = 0.01 * usual[at]; // of eight bits; six occurrences and a usual one
      double[] found = {own.ratio(text, at, 0) * usual[at], own.ratio(text, at, 1) * usual[at]};
      assertEquals((6 * one[at] + usual[at]) / 7, found[0], tolerance);
      assertEquals((6 * two[at] + usual[at]) / 7, found[1], tolerance);
      assertEquals(1, own.ratio(text, at, 2));
    }
    int[] other = {1, 7, 9, 8, 2}; // 9 between others, as far as it is known
    assertEquals(own.ratio(text, 1, 0), own.ratio(other, 2, 0), 1e-6);
    assertEquals(1, own.ratio(other, 1, 0));
    SpeakerDurations again = SpeakerDurations.of(means, own.values(), 3);
    assertEquals(own.contexts(), again.contexts());
    assertArrayEquals(own.values(), again.values());
  }

  /** Told the true ends of words, durations come nearer by speaker than by pace alone. */
  @Test
  void durationsOfASpeakerAreNearerToWhatIsSaid() {
    double pace = 0;
    double own = 0;
    for (int i = 0; i < SHIPPED.size(); i++) {
      Utterance each = SHIPPED.get(i);
      TextBytes text = TextBytes.of(each.text());
      int[] truth = aligner.align(text, mel(each)).durations();
      pace += apart(aligner.durations(text, aligner.pace(each.speaker())), truth);
      own += apart(aligner.durations(text, each.speaker(), 1), truth);
    }
    assertTrue(own <= pace, own + " and " + pace);
  }

  private static double apart(int[] some, int[] others) {
    double sum = 0;
    for (int i = 0; i < some.length; i++) {
      sum += Math.abs(some[i] - others[i]);
    }
    return sum / some.length;
  }

  @Test
  void durationsFollowTheWidestContextThatIsKnown() {
    int[] met = {1, 9, 8, 2};
    List<int[]> texts = java.util.Collections.nCopies(5, met);
    List<int[]> frames = java.util.Collections.nCopies(5, new int[] {2, 7, 3, 4});
    MeanDurations means = MeanDurations.fit(texts, frames);
    assertArrayEquals(new double[] {2, 7, 3, 4}, means.of(met));
    assertArrayEquals(new double[] {2, 3, 7, 4}, means.of(new int[] {1, 8, 9, 2}));
    assertArrayEquals(new double[] {2, 4, 4}, means.of(new int[] {1, 77, 2}));
    assertEquals(means, MeanDurations.of(means.contexts(), means.values()));
  }

  @Test
  void badInputIsNamed() {
    Speech silent =
        Speech.of(
            "silent",
            List.of(new Utterance("u1", "", "", List.of(), SHIPPED.get(0).sound())),
            List.of());
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> Aligner.fit(silent, Aligner.Settings.of(MEL)))
            .getMessage();
    assertTrue(message.contains("u1: an empty text"), message);
    LogMel other = new LogMel(new float[80 * 90], MelSettings.small());
    assertThrows(IllegalArgumentException.class, () -> aligner.align(TextBytes.of("take"), other));
  }
}
