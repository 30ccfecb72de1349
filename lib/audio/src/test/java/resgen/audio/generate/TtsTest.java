package resgen.audio.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Generator;
import resgen.ResGen;
import resgen.audio.Clip;
import resgen.audio.MelSettings;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.align.Aligner;
import resgen.audio.align.TextBytes;
import resgen.audio.codec.LinearCodec;
import resgen.audio.codec.LinearSettings;
import resgen.audio.corpus.Commands;
import resgen.audio.corpus.NeedsFlite;
import resgen.audio.evaluate.SpeechEvaluation;
import resgen.audio.measure.PocketSphinx;
import resgen.codec.DataSet;
import resgen.codec.Tokens;
import resgen.model.ContextGain;
import resgen.model.Preset;
import resgen.sample.Sampling;
import resgen.token.Condition;
import resgen.torch.Torch;
import resgen.train.Listener;

/** From a corpus that is made here to speech, with models that learn for seconds. */
@NeedsFlite
class TtsTest {

  private static final String TEXT = "bring the green lamp near tango seven now";
  private static final Sampling EIGHT = Sampling.steps(8).seed(1);

  @TempDir static Path dir;

  private static Commands corpus;
  private static LinearCodec codec;
  private static Aligner aligner;
  private static Tokens tokens;
  private static Tts named; // knows the speakers by name
  private static Tts prompted; // hears the voice from a prompt

  @BeforeAll
  static void learn() {
    Torch.threads(1);
    corpus = Commands.at(dir.resolve("corpus"), Commands.Size.TINY);
    corpus.make(2, false, (done, total) -> {});
    Speech train = corpus.train();
    codec = LinearCodec.fit(train, new LinearSettings(MelSettings.small(), 8, 80, 16, 4, 32));
    Aligner.Learned learned = Aligner.learn(train, Aligner.Settings.of(codec.mel()));
    aligner = learned.aligner();
    tokens = SpokenTokens.of(codec, learned, train, true);
    named = model(tokens, 40);
    Tokens without = SpokenTokens.of(codec, aligner, train, false);
    prompted = model(SpokenTokens.joined(without, train.conditions().ids(), 400, 1), 5);
  }

  private static Tts model(Tokens learned, int steps) {
    return model(SpeechModels.tiny(), learned, steps);
  }

  private static Tts model(Preset preset, Tokens learned, int steps) {
    return Tts.of(
        Generator.train(
            learned,
            learned.range(0, 0),
            preset,
            ResGen.training(steps).batch(16),
            Optional.empty(),
            Listener.none()),
        aligner);
  }

  @AfterAll
  static void close() {
    named.close();
    prompted.close();
    codec.close();
  }

  private static float[] samples(Clip clip) {
    return clip.samples();
  }

  @Test
  void tokensAreAsLongAsTheirTexts() {
    Condition.Timed said = (Condition.Timed) tokens.condition();
    assertArrayEquals(tokens.lengths(), said.lengths());
    assertEquals(corpus.train().speakers(), tokens.classNames());
    int frames = Arrays.stream(said.frames()[0]).sum();
    assertEquals(codec.mel().frames(corpus.train().get(0).clip().length()), frames);
  }

  @Test
  void joinedUtterancesAreOneAfterTheOther() {
    int[] who = corpus.train().conditions().ids();
    Tokens all = SpokenTokens.joined(tokens, who, 300, 1);
    assertTrue(all.size() > tokens.size());
    Condition.Timed said = (Condition.Timed) all.condition();
    assertArrayEquals(all.lengths(), said.lengths());
    int last = all.size() - 1;
    int first = -1;
    for (int i = 0; i < tokens.size(); i++) {
      int each = tokens.lengths()[i] * 4;
      if (Arrays.equals(
          Arrays.copyOf(all.codes().rows(last), each),
          Arrays.copyOf(tokens.codes().rows(i), each))) {
        first = i;
      }
    }
    assertTrue(first >= 0, "its first part is no utterance");
    // The space between the texts ends with the first utterance's positions and the second's begin.
    int[] before = ((Condition.Timed) tokens.condition()).text().ids()[first];
    int sum = 0;
    for (int s = 0; s < before.length; s++) {
      sum += said.frames()[last][s];
    }
    int[] own = said.text().ids()[last];
    assertEquals(' ' + TextBytes.OFFSET, own[before.length - 1]);
    assertTrue(sum > tokens.lengths()[first] * 8, sum + " frames");
    assertEquals(1, Arrays.stream(own).filter(id -> id == TextBytes.BEGIN).count());
    assertEquals(1, Arrays.stream(own).filter(id -> id == TextBytes.END).count());
  }

  @Test
  void shuffledTextsAreOthersInTheSameFrames() {
    Condition.Timed own = (Condition.Timed) tokens.condition();
    Condition.Timed other = (Condition.Timed) SpokenTokens.shuffled(tokens).condition();
    assertArrayEquals(own.lengths(), other.lengths());
    int same = 0;
    for (int i = 0; i < own.size(); i++) {
      same += Arrays.equals(own.text().ids()[i], other.text().ids()[i]) ? 1 : 0;
    }
    assertTrue(same <= 1, same + " texts are their own");
  }

  @Test
  void aClipIsAsLongAsItsDurations() {
    String speaker = named.speakers().get(3);
    Clip clip = named.say(TEXT, speaker, EIGHT);
    int frames = Arrays.stream(aligner.durations(TextBytes.of(TEXT), speaker, 1)).sum();
    int positions = (frames + 7) / 8;
    assertEquals((positions * 8 - 1) * 200, clip.length());
    assertEquals(16_000, clip.rate());
    assertTrue(clip.level() > -60, "silence");
    Tts.Spoken fast = named.say(List.of(Line.by(speaker, TEXT).speed(1.5)), EIGHT);
    assertEquals(clip.seconds() / 1.5, fast.clip(0).seconds(), 0.2);
  }

  @Test
  void speechDependsOnItsSeedAndNotOnWhatIsSaidBesideIt() {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lines.add(Line.by(named.speakers().get(i), corpus.test().get(i).text()));
    }
    Tts.Spoken together = named.say(lines, EIGHT);
    Tts.Spoken parts = named.say(lines, EIGHT.batchSize(2));
    for (int i = 0; i < 5; i++) {
      assertArrayEquals(samples(together.clip(i)), samples(parts.clip(i)), "line " + i);
    }
    Clip alone = named.say(lines.get(0).text(), lines.get(0).speaker(), EIGHT);
    assertArrayEquals(samples(together.clip(0)), samples(alone));
    Clip other = named.say(lines.get(0).text(), lines.get(0).speaker(), EIGHT.seed(2));
    assertFalse(Arrays.equals(samples(alone), samples(other)), "the seed has no effect");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"direct-tokens", "depthwise-maskgit", "rq-transformer", "ar-resgen", "vall-e"})
  void theWholeFamilySpeaks(String label) {
    Preset preset = SpeechModels.presets(SpeechModels.of(label)).get("tiny");
    try (Tts tts = model(preset, tokens, 5)) {
      String speaker = tts.speakers().get(3);
      Sampling way = EIGHT.withSteps(label.equals("ar-resgen") ? 2 : 8);
      Clip clip = tts.say(TEXT, speaker, way);
      assertEquals(named.say(TEXT, speaker, EIGHT).length(), clip.length());
      assertTrue(clip.level() > -60, "silence");
      assertFalse(Arrays.equals(samples(clip), samples(tts.say(TEXT, speaker, way.seed(9)))));
    }
  }

  /** A model that goes position by position takes a prompt as the masked ones do. */
  @ParameterizedTest
  @ValueSource(strings = {"rq-transformer", "ar-resgen", "vall-e"})
  void causalModelsGoOnWithAPrompt(String label) {
    Preset preset = SpeechModels.presets(SpeechModels.of(label)).get("tiny");
    Tokens without = SpokenTokens.of(codec, aligner, corpus.train(), false);
    try (Tts tts = model(preset, without, 5)) {
      Utterance one = corpus.train().get(0);
      Clip prompt = one.clip().first(1.2);
      List<Line> lines = List.of(Line.like(Prompt.beginning(prompt), one.text()));
      int[] made = tts.say(lines, EIGHT.withSteps(2)).samples().codes().rows(0);
      int positions = codec.mel().frames(prompt.length()) / 8;
      int[] given = codec.encode(alone(prompt)).codes().rows(0);
      assertArrayEquals(Arrays.copyOf(given, positions * 4), Arrays.copyOf(made, positions * 4));
    }
  }

  /** Forty steps are enough for the text to tell something of the tokens. */
  @Test
  void theTextIsUsed() {
    double own = named.generator().contextGain(tokens, 1).map(ContextGain::allMasked).orElseThrow();
    double shuffled =
        named
            .generator()
            .contextGain(SpokenTokens.shuffled(tokens), 1)
            .map(ContextGain::allMasked)
            .orElseThrow();
    assertTrue(shuffled - own > 0.05, "gain of the text " + (shuffled - own));
  }

  @Test
  void whatWasGivenIsTheBeginning() {
    Utterance one = corpus.train().get(0);
    Clip prompt = one.clip().first(1.2);
    Tts.Spoken spoken =
        prompted.say(List.of(Line.like(Prompt.beginning(prompt), one.text())), EIGHT);
    int positions = codec.mel().frames(prompt.length()) / 8;
    int[] given = Arrays.copyOf(codec.encode(alone(prompt)).codes().rows(0), positions * 4);
    int[] made = Arrays.copyOf(spoken.samples().codes().rows(0), positions * 4);
    assertArrayEquals(given, made);
    assertEquals(positions * 0.1, spoken.prompts().get(0), 1e-9);
    double expected = one.clip().seconds();
    assertEquals(expected, spoken.clip(0).seconds(), 0.4 * expected);
  }

  private static Speech alone(Clip clip) {
    return Speech.of("one", List.of(new Utterance("u", "", "", List.of(), Sound.of(clip))));
  }

  @Test
  void anotherSentenceIsNotInWhatIsSaid() {
    Utterance one = corpus.train().get(0);
    Clip said = prompted.say(TEXT, Prompt.of(one.clip(), one.text()), EIGHT);
    double usual = Arrays.stream(aligner.durations(TextBytes.of(TEXT), 1)).sum() / 80.0;
    assertEquals(usual, said.seconds(), 0.5 * usual);
  }

  @Test
  void whatIsSavedSpeaksTheSame() {
    Path file = dir.resolve("saved").resolve("model.safetensors");
    file.getParent().toFile().mkdirs();
    named.save(file);
    try (Tts again = Tts.load(file.toString());
        Tts twice = Tts.load(file.toString())) {
      assertEquals(named.speakers(), again.speakers());
      String speaker = named.speakers().get(0);
      assertArrayEquals(
          samples(again.say(TEXT, speaker, EIGHT)), samples(twice.say(TEXT, speaker, EIGHT)));
    }
  }

  private static void refused(String message, Runnable what) {
    String text = assertThrows(IllegalArgumentException.class, what::run).getMessage();
    assertTrue(text.contains(message), text);
  }

  @Test
  void whatCannotBeSaidIsNamed() {
    String speaker = named.speakers().get(0);
    refused("digit '7' at place 0", () -> named.say("7 lamps", speaker, EIGHT));
    refused("an empty text", () -> named.say(" ", speaker, EIGHT));
    refused("no speaker 'eva'; there are", () -> named.say(TEXT, "eva", EIGHT));
    refused("that the model takes", () -> named.say((TEXT + " ").repeat(3), speaker, EIGHT));
    refused("knows no speaker by name", () -> prompted.say(TEXT, speaker, EIGHT));
    Clip clip = corpus.train().get(0).clip();
    refused("a prompt of 0.30 s", () -> Prompt.beginning(clip.first(0.3)));
    refused("without speech", () -> Prompt.beginning(clip.gain(1e-5)));
    refused("transcript is empty", () -> Prompt.of(clip, " "));
    refused(
        "says all of the text",
        () -> prompted.say("take", Prompt.beginning(clip.first(2.5)), EIGHT));
    refused("speed 9.0", () -> Line.by(speaker, TEXT).speed(9));
    Aligner other =
        Aligner.fit(
            corpus.train().range(0, 5), new Aligner.Settings(LinearSettings.tiny().mel(), 5));
    refused("mel settings", () -> Tts.of(named.generator(), other));
  }

  @Test
  void aRecordingIsWhatIsSaid() {
    String speaker = named.speakers().get(0);
    Tts.Spoken recorded = named.record(List.of(Line.by(speaker, TEXT)), EIGHT);
    assertArrayEquals(samples(named.say(TEXT, speaker, EIGHT)), samples(recorded.clip(0)), 1e-4f);
    assertEquals(1, recorded.samples().trajectories().size());
  }

  @Test
  void anEvaluationSaysWhatItMeasuredBy() {
    Assumptions.assumeTrue(PocketSphinx.installed(), "pocketsphinx is not installed");
    SpeechEvaluation.Report report =
        SpeechEvaluation.of(named).on(corpus).utterances(3).speakers(40).sampling(EIGHT).run();
    assertTrue(report.number("wer_slots") > 0.1 && report.number("wer_slots") <= 1.5);
    assertTrue(report.number("tokens_real_time_factor") > 0);
    assertTrue(report.number("length_error") < 0.3);
    assertTrue(Double.isFinite(report.number("text_gain")));
    for (String key :
        List.of("recognizer_loop", "similarity_hash", "corpus_sha256", "sampling_seed")) {
      assertTrue(report.protocol().containsKey(key), key);
    }
    SpeechEvaluation.Report continued =
        SpeechEvaluation.of(prompted)
            .on(corpus)
            .utterances(2)
            .speakers(40)
            .sampling(EIGHT)
            .continuation(1.0)
            .run();
    assertTrue(continued.number("sim_r") <= 1 && continued.number("sim_o") <= 1);
    SpeechEvaluation cross =
        SpeechEvaluation.of(prompted).utterances(2).speakers(40).sampling(EIGHT).crossSentence();
    SpeechEvaluation.Report other =
        cross.on(DataSet.of("said", corpus::train, corpus::train)).run();
    assertEquals("cross_sentence", other.protocol().get("task"));
    assertTrue(other.number("sim_r") <= 1 && other.number("length_error") < 1);
    SpeechEvaluation alone = cross.on(corpus); // one test utterance by each
    String message = assertThrows(IllegalArgumentException.class, alone::run).getMessage();
    assertTrue(message.contains("no other utterance by slt-0.88-0.85 of at most 4.0 s"), message);
  }
}
