package resgen.audio.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import resgen.audio.Clip;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.corpus.CommandGrammar;
import resgen.audio.corpus.Commands;
import resgen.audio.generate.Line;
import resgen.audio.generate.Prompt;
import resgen.audio.generate.SpokenTokens;
import resgen.audio.generate.Tts;
import resgen.audio.measure.Jsgf;
import resgen.audio.measure.SpeakerSimilarity;
import resgen.audio.measure.SpeechRecognizer;
import resgen.codec.DataSet;
import resgen.codec.Tokens;
import resgen.model.ContextGain;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.Range;
import resgen.settings.SourceCommit;

/**
 * What a model says, measured: sentences of the test part, by the speaker who said them or in the
 * voice of a prompt. Immutable; every method returns a changed copy:
 *
 * <pre>{@code SpeechEvaluation.of(tts).continuation(1.0).utterances(200).run()}</pre>
 */
public final class SpeechEvaluation {

  /** Where the voice comes from. */
  public enum Task {
    /** The speaker's name. */
    SPEAKER,
    /** The beginning of the same utterance, which is gone on with. */
    CONTINUATION,
    /** Another utterance by the same speaker, the next one that is short enough. */
    CROSS_SENTENCE
  }

  /**
   * How much is measured and how.
   *
   * @param task where the voice comes from
   * @param prompt seconds of a prompt that is gone on with
   * @param utterances of the test part
   * @param speakers utterances of the training part that the similarity learns from
   * @param sampling of the tokens
   */
  public record Settings(
      Task task, double prompt, int utterances, int speakers, Sampling sampling) {
    public Settings {
      Range.check("utterances", utterances, 2, 100_000);
      Range.check("speakers", speakers, 2, 1_000_000);
      Range.require(prompt >= 0.5 && prompt <= 30, "prompt", prompt, "0.5 … 30 s");
    }
  }

  /**
   * What was measured.
   *
   * @param settings how much and how
   * @param protocol recognisers, grammars, similarity, data, model, vocoder
   * @param values the numbers
   */
  public record Report(Settings settings, Map<String, Object> protocol, List<Value> values) {

    /** A number by its metric; not a number if it was not measured. */
    public double number(String metric) {
      return values.stream()
          .filter(v -> v.metric().equals(metric))
          .mapToDouble(Value::value)
          .findFirst()
          .orElse(Double.NaN);
    }

    @Override
    public String toString() {
      String numbers =
          values.stream()
              .map(
                  v ->
                      Double.isNaN(v.deviation())
                          ? String.format(Locale.US, "%-28s %.4g", v.metric(), v.value())
                          : String.format(
                              Locale.US, "%-28s %.4g ± %.2g", v.metric(), v.value(), v.deviation()))
              .collect(Collectors.joining("\n"));
      String how =
          protocol.entrySet().stream()
              .map(e -> "%-28s %s".formatted(e.getKey(), e.getValue()))
              .collect(Collectors.joining("\n"));
      return numbers + "\n\n" + how;
    }
  }

  /** Utterances of the training part that the similarity usually learns from. */
  public static final int SPEAKERS = 480;

  private static final double SPARE = 1.1; // a sentence may be said longer than it was

  private static final int ALONE = 5; // lines said one at a time, for their speed

  private final Tts tts;
  private final DataSet<Speech> data;
  private final Settings settings;

  private SpeechEvaluation(Tts tts, DataSet<Speech> data, Settings settings) {
    this.tts = tts;
    this.data = data;
    this.settings = settings;
  }

  /**
   * Of a model on the corpus {@code commands-small}: 200 utterances as it is usually sampled, by
   * the speaker's name, or of a model that knows none in the voice of the first second.
   */
  public static SpeechEvaluation of(Tts tts) {
    Task task = tts.speakers().isEmpty() ? Task.CONTINUATION : Task.SPEAKER;
    return new SpeechEvaluation(
        tts, Commands.of(Commands.Size.SMALL), new Settings(task, 1, 200, SPEAKERS, tts.usual()));
  }

  private SpeechEvaluation with(Task task, double prompt, int utterances, int speakers) {
    return new SpeechEvaluation(
        tts, data, new Settings(task, prompt, utterances, speakers, settings.sampling));
  }

  /** On other speech, whose sentences are of the grammar of {@code commands}. */
  public SpeechEvaluation on(DataSet<Speech> other) {
    return new SpeechEvaluation(tts, other, settings);
  }

  /** Goes on with the first seconds of each utterance. */
  public SpeechEvaluation continuation(double seconds) {
    return with(Task.CONTINUATION, seconds, settings.utterances, settings.speakers);
  }

  /** In the voice of another utterance by the same speaker. */
  public SpeechEvaluation crossSentence() {
    return with(Task.CROSS_SENTENCE, settings.prompt, settings.utterances, settings.speakers);
  }

  /** So many utterances. */
  public SpeechEvaluation utterances(int count) {
    return with(settings.task, settings.prompt, count, settings.speakers);
  }

  /** So many training utterances for the similarity of speakers. */
  public SpeechEvaluation speakers(int count) {
    return with(settings.task, settings.prompt, settings.utterances, count);
  }

  /** Tokens drawn in another way. */
  public SpeechEvaluation sampling(Sampling way) {
    return new SpeechEvaluation(
        tts,
        data,
        new Settings(settings.task, settings.prompt, settings.utterances, settings.speakers, way));
  }

  /**
   * Measures.
   *
   * @throws IllegalArgumentException if there are too few utterances, or one has no text
   * @throws CancellationException if the thread is interrupted
   */
  public Report run() {
    Speech all = data.test();
    Speech test = first(all, settings.utterances);
    List<Line> lines = lines(test, all);
    CommandGrammar grammar = CommandGrammar.standard();
    Yardsticks yardsticks =
        new Yardsticks(
            SpeechRecognizer.usual(new Jsgf(grammar.slotsJsgf())),
            SpeechRecognizer.usual(new Jsgf(grammar.loopJsgf())),
            SpeakerSimilarity.of(first(data.train(), settings.speakers)),
            List.of());
    Tts.Spoken spoken = tts.say(lines, settings.sampling);
    List<Clip> clips = spoken.speech().utterances().stream().map(Utterance::clip).toList();
    List<Value> values = new ArrayList<>(yardsticks.measure(test.utterances(), clips));
    values.addAll(prompts(lines, clips, yardsticks.similarity()));
    values.add(Value.mean("length_error", lengthErrors(test, clips)));
    values.add(
        single("tokens_real_time_factor", spoken.samples().generateSeconds() / spoken.seconds()));
    values.add(
        single("sound_real_time_factor", spoken.samples().decodeSeconds() / spoken.seconds()));
    values.add(Value.mean("alone_real_time_factor", alone(lines)));
    values.addAll(likelihood(test));
    return new Report(settings, protocol(test, yardsticks), List.copyOf(values));
  }

  private static Speech first(Speech speech, int count) {
    if (count > speech.size()) {
      throw new IllegalArgumentException(
          "%s has %,d utterances, fewer than the %,d that are asked for"
              .formatted(speech.name(), speech.size(), count));
    }
    return speech.range(0, count);
  }

  private List<Line> lines(Speech test, Speech all) {
    return IntStream.range(0, test.size()).mapToObj(i -> line(test.get(i), i, all)).toList();
  }

  private Line line(Utterance said, int index, Speech all) {
    return switch (settings.task) {
      case SPEAKER -> Line.by(said.speaker(), said.text());
      case CONTINUATION ->
          Line.like(Prompt.beginning(said.clip().first(settings.prompt)), said.text());
      case CROSS_SENTENCE -> {
        Utterance other = other(said, index, all);
        yield Line.like(Prompt.of(other.clip(), other.text()), said.text());
      }
    };
  }

  /** The next utterance by the same speaker that a model of this length takes as a prompt. */
  private Utterance other(Utterance said, int index, Speech all) {
    double most =
        Math.min(tts.longest() / 2, tts.longest() - SPARE * said.clip().seconds()); // seconds
    return IntStream.range(1, all.size())
        .mapToObj(step -> all.get((index + step) % all.size()))
        .filter(each -> each.speaker().equals(said.speaker()) && each.clip().seconds() <= most)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: no other utterance by %s of at most %.1f s, for a model of %.1f s"
                        .formatted(all.name(), said.speaker(), most, tts.longest())));
  }

  /** Likeness to the prompt as it was given (SIM-o), and as codec and vocoder give it (SIM-r). */
  private List<Value> prompts(List<Line> lines, List<Clip> clips, SpeakerSimilarity similarity) {
    if (settings.task == Task.SPEAKER) {
      return List.of();
    }
    SpeechCodec codec = tts.codec();
    double[] original = new double[clips.size()];
    double[] decoded = new double[clips.size()];
    for (int i = 0; i < original.length; i++) {
      Clip prompt = lines.get(i).prompt().map(Prompt::clip).orElseThrow();
      Speech alone =
          Speech.of("prompt", List.of(new Utterance("p", "", "", List.of(), Sound.of(prompt))));
      double[] place = similarity.embedding(clips.get(i));
      original[i] = SpeakerSimilarity.cosine(place, similarity.embedding(prompt));
      Clip back = codec.decode(codec.encode(alone)).get(0).clip();
      decoded[i] = SpeakerSimilarity.cosine(place, similarity.embedding(back));
    }
    return List.of(Value.mean("sim_o", original), Value.mean("sim_r", decoded));
  }

  /** |length − the true length| / the true length. */
  private static double[] lengthErrors(Speech test, List<Clip> clips) {
    return IntStream.range(0, clips.size())
        .mapToDouble(
            i -> {
              double truth = test.get(i).clip().seconds();
              return Math.abs(clips.get(i).seconds() - truth) / truth;
            })
        .toArray();
  }

  private double[] alone(List<Line> lines) {
    return lines.stream()
        .limit(ALONE)
        .mapToDouble(line -> tts.say(List.of(line), settings.sampling).realTimeFactor())
        .toArray();
  }

  private static Value single(String metric, double value) {
    return new Value(metric, value, Double.NaN);
  }

  /**
   * Nats of the depth-1 codes: with everything masked, by how much less than with another's text,
   * and by how much less again where all other positions are visible.
   */
  private List<Value> likelihood(Speech test) {
    Tokens own = SpokenTokens.of(tts.codec(), tts.aligner(), test, !tts.speakers().isEmpty());
    Optional<ContextGain> truth = tts.generator().contextGain(own, 1);
    Optional<ContextGain> other = tts.generator().contextGain(SpokenTokens.shuffled(own), 1);
    List<Value> values = new ArrayList<>();
    truth.ifPresent(
        gain -> {
          values.add(single("depth1_all_masked", gain.allMasked()));
          values.add(single("context_gain", gain.gain()));
          other.ifPresent(o -> values.add(single("text_gain", o.allMasked() - gain.allMasked())));
        });
    return values;
  }

  private Map<String, Object> protocol(Speech test, Yardsticks yardsticks) {
    Map<String, Object> protocol = new LinkedHashMap<>(yardsticks.protocol());
    protocol.put("data", test.name());
    corpus()
        .ifPresent(
            corpus -> {
              protocol.put("corpus_sha256", corpus.summary().sha256());
              protocol.put("synthesiser", corpus.summary().synthesiser());
            });
    protocol.put("utterances", test.size());
    protocol.put("speakers", test.utterances().stream().map(Utterance::speaker).distinct().count());
    protocol.put("task", settings.task.name().toLowerCase(Locale.ROOT));
    if (settings.task == Task.CONTINUATION) {
      protocol.put("prompt_seconds", settings.prompt);
    }
    protocol.put("model", tts.generator().description());
    protocol.put("model_settings", Json.hash(tts.generator().settings()));
    protocol.put("model_training", Json.hash(tts.generator().origin()));
    protocol.put("codec", tts.codec().fingerprint().substring(0, 12));
    protocol.put("aligner", tts.aligner().fingerprint().substring(0, 12));
    if (tts.aligner().knowsSpeakers()) {
      protocol.put("durations", "by context, of each speaker");
    }
    protocol.put("mel", tts.codec().mel().hash());
    protocol.put("vocoder", tts.codec().vocoder());
    protocol.put("sampling", Json.line(settings.sampling));
    protocol.put("sampling_seed", settings.sampling.seed());
    protocol.put("training_seeds", trainingSeeds());
    protocol.put("commit", SourceCommit.current());
    return protocol;
  }

  /** The corpus that the data are, if they are one. */
  private Optional<Commands> corpus() {
    return data instanceof Commands made
        ? Optional.of(made)
        : Arrays.stream(Commands.Size.values())
            .filter(size -> size.label().equals(data.name()))
            .map(Commands::of)
            .filter(Commands::isMade)
            .findFirst();
  }

  private String trainingSeeds() {
    return Arrays.toString(
        tts.generator().origin().stages().stream().mapToLong(stage -> stage.seed()).toArray());
  }
}
