package resgen.audio.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.Vocoder;
import resgen.audio.align.AlignmentError;
import resgen.audio.align.GaussianAligner;
import resgen.audio.align.MeansAligner;
import resgen.audio.align.MonotonicAlignment;
import resgen.audio.align.TextBytes;
import resgen.audio.align.WordEnds;
import resgen.audio.codec.LinearCodec;
import resgen.audio.codec.LinearSettings;
import resgen.audio.codec.SpectrogramCodec;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.corpus.CommandGrammar;
import resgen.audio.corpus.Commands;
import resgen.audio.measure.Jsgf;
import resgen.audio.measure.PairMetric;
import resgen.audio.measure.SpeakerSimilarity;
import resgen.audio.measure.SpeechRecognizer;
import resgen.noise.Noise;
import resgen.settings.Range;

/**
 * What no model has to learn: the corpus' own speech, its spectrograms through Griffin-Lim, their
 * principal components, the {@link LinearCodec} at several depths, another utterance, noise. Every
 * codec and every speech model is read against these rows.
 */
public final class FloorsStudy {

  /**
   * How much is measured.
   *
   * @param utterances of the test part
   * @param learn utterances of the training part that the codec learns from
   * @param speakers utterances of the training part that the similarity learns from
   * @param seed of Griffin-Lim's phases and of noise
   * @param codec settings of the linear codec
   */
  public record Settings(int utterances, int learn, int speakers, long seed, LinearSettings codec) {
    public Settings {
      Range.check("utterances", utterances, 2, 100_000);
      Range.check("learn", learn, 2, 1_000_000);
      Range.check("speakers", speakers, 2, 1_000_000);
    }

    /** 80 utterances; 960 to learn the codec from, 480 the similarity. */
    public static Settings usual() {
      return new Settings(80, 960, 480, 0, LinearSettings.small());
    }
  }

  /**
   * A row of the table.
   *
   * @param name its id
   * @param label in words
   * @param protocol how it was measured
   * @param values its numbers
   */
  public record Row(String name, String label, Map<String, Object> protocol, List<Value> values) {}

  /** Told of each row, once it is measured. */
  @FunctionalInterface
  public interface Listener {
    /** A row is measured. */
    void row(Row row);
  }

  private static final int ROUNDS = 10; // of means and alignments
  private static final int LEAST_COMPONENTS = 32;
  private static final int LEAST_DEPTH = 4;
  private static final List<String> ALIGNED =
      List.of("align-uniform", "align-bytes", "align-trigrams", "align-gaussians");

  private final Commands corpus;
  private final Settings settings;
  private final MelSettings mel;

  /** A study on a corpus that has been made. */
  public FloorsStudy(Commands corpus, Settings settings) {
    this.corpus = corpus;
    this.settings = settings;
    mel = settings.codec().mel();
  }

  private static Speech first(Speech speech, int count) {
    if (count > speech.size()) {
      throw new IllegalArgumentException(
          "%s has %,d utterances, fewer than the %,d that are asked for"
              .formatted(speech.name(), speech.size(), count));
    }
    return speech.range(0, count);
  }

  /**
   * Measures all rows of {@link Settings}.
   *
   * @param wanted rows, by name
   * @throws CancellationException if the thread is interrupted; rows that were told of are whole
   */
  public void run(Predicate<String> wanted, Listener listener) {
    Speech test = first(corpus.test(), settings.utterances());
    Speech learn = first(corpus.train(), settings.learn());
    try (MelTransform transform = new MelTransform(mel)) {
      List<LogMel> mels = mels(test, transform);
      if (ALIGNED.stream().anyMatch(wanted)) {
        Aligned aligned = new Aligned(learn, test, mels, transform);
        for (String name : ALIGNED) {
          if (wanted.test(name)) {
            listener.row(
                new Row(name, aligned.label(name), protocol(test), values(aligned.error(name))));
          }
        }
      }
      if (sounds().stream().anyMatch(wanted)) {
        sounds(test, learn, mels, transform, wanted, listener);
      }
    }
  }

  /**
   * Measures a codec: what its codes of all depths, of half of them and so on leave of speech, and
   * how many of them it uses. Rows are named {@code codec-D}.
   *
   * @throws IllegalArgumentException if it learned from spectrograms of other settings
   */
  public void run(SpeechCodec codec, Predicate<String> wanted, Listener listener) {
    mel.requireSame("the codec", codec.mel());
    Speech test = first(corpus.test(), settings.utterances());
    Speech learn = first(corpus.train(), settings.learn());
    try (MelTransform transform = new MelTransform(mel)) {
      Yardsticks yardsticks = yardsticks();
      Map<String, Object> protocol = protocol(test, codec, yardsticks);
      List<LogMel> mels = mels(test, transform);
      CodeUse use = CodeUse.of(codec, learn);
      for (int depth = codec.codebooks().depth();
          depth >= Math.min(LEAST_DEPTH, codec.codebooks().depth());
          depth /= 2) {
        int d = depth;
        List<Value> used = use.values(d);
        Rows rows =
            new Rows(
                test,
                mels,
                yardsticks,
                protocol,
                wanted,
                row ->
                    listener.row(
                        new Row(
                            row.name(),
                            row.label(),
                            row.protocol(),
                            Stream.concat(row.values().stream(), used.stream()).toList())));
        String label = "the codec, depth " + d;
        if (codec instanceof SpectrogramCodec spectral) {
          rows.mels("codec-" + d, label, i -> spectral.reconstruct(mels.get(i), d));
        } else {
          rows.clips("codec-" + d, label, i -> codec.reconstruct(test.get(i).clip(), d));
        }
      }
    }
  }

  /**
   * Measures a vocoder: true spectrograms through it, in a row named {@code vocoder}, to be read
   * against the row {@code mel}.
   *
   * @throws IllegalArgumentException if it learned from spectrograms of other settings
   */
  public void run(Vocoder vocoder, Predicate<String> wanted, Listener listener) {
    mel.requireSame("the vocoder", vocoder.mel());
    Speech test = first(corpus.test(), settings.utterances());
    try (MelTransform transform = new MelTransform(mel)) {
      Yardsticks yardsticks = yardsticks();
      Map<String, Object> protocol = new LinkedHashMap<>(yardsticks.protocol());
      protocol.putAll(protocol(test));
      protocol.put("vocoder", vocoder.toString());
      protocol.put("seed", settings.seed());
      List<LogMel> mels = mels(test, transform);
      Rows rows = new Rows(test, mels, yardsticks, protocol, wanted, listener);
      rows.mels("vocoder", "true spectrogram, the vocoder", mels::get, vocoder);
    }
  }

  private Yardsticks yardsticks() {
    CommandGrammar grammar = CommandGrammar.standard();
    return new Yardsticks(
        SpeechRecognizer.usual(new Jsgf(grammar.slotsJsgf())),
        SpeechRecognizer.usual(new Jsgf(grammar.loopJsgf())),
        SpeakerSimilarity.of(first(corpus.train(), settings.speakers())),
        PairMetric.ofCodecs(mel));
  }

  private static List<Value> values(AlignmentError error) {
    return List.of(
        new Value("word_end_error_ms", error.median(), Double.NaN),
        new Value("word_ends_within_50_ms", error.within50(), Double.NaN));
  }

  /** Names of the rows that are sound, which the yardsticks measure. */
  private List<String> sounds() {
    List<String> names = new ArrayList<>(List.of("speakers-seen", "speakers-unseen", "original"));
    names.addAll(List.of("mel", "text-means", "shuffle", "noise"));
    for (int h = settings.codec().dimension(); h >= LEAST_COMPONENTS; h /= 2) {
      names.add("pca-" + h);
    }
    for (int d = settings.codec().depth(); d >= LEAST_DEPTH; d /= 2) {
      names.add("rvq-" + d);
    }
    return names;
  }

  private void sounds(
      Speech test,
      Speech learn,
      List<LogMel> mels,
      MelTransform transform,
      Predicate<String> wanted,
      Listener listener) {
    Yardsticks yardsticks = yardsticks();
    try (LinearCodec codec = LinearCodec.fit(learn, settings.codec())) {
      Map<String, Object> protocol = protocol(test, codec, yardsticks);
      Rows rows = new Rows(test, mels, yardsticks, protocol, wanted, listener);
      speakers(rows, "seen", test);
      speakers(rows, "unseen", first(corpus.unseen(), settings.utterances()));
      int n = test.size();
      rows.clips("original", "the sound itself", i -> test.get(i).clip());
      rows.mels("mel", "true spectrogram", mels::get);
      for (int h = settings.codec().dimension(); h >= LEAST_COMPONENTS; h /= 2) {
        int kept = h;
        rows.mels("pca-" + h, h + " principal components", i -> codec.project(mels.get(i), kept));
      }
      for (int d = settings.codec().depth(); d >= LEAST_DEPTH; d /= 2) {
        int depth = d;
        rows.mels(
            "rvq-" + d, "linear codec, depth " + d, i -> codec.reconstruct(mels.get(i), depth));
      }
      if (wanted.test("text-means")) {
        Aligned aligned = new Aligned(learn, test, mels, transform);
        rows.mels("text-means", "means of byte trigrams on the true alignment", aligned::means);
      }
      rows.clips("shuffle", "another utterance", i -> test.get((i + 1) % n).clip());
      rows.mels("noise", "a random spectrogram", i -> noise(codec, mels.get(i).frames(), i));
    }
  }

  /** An aligner that was learned. */
  private interface Learned {
    MonotonicAlignment.Result align(int[] ids, LogMel mel);
  }

  /** Aligners without a network, each learned from texts and spectrograms once it is asked for. */
  private final class Aligned {

    private final Speech test;
    private final List<LogMel> truth;
    private final List<int[]> ids;
    private final List<int[]> texts;
    private final List<LogMel> mels;
    private MeansAligner trigrams;

    Aligned(Speech learn, Speech test, List<LogMel> truth, MelTransform transform) {
      this.test = test;
      this.truth = truth;
      ids = ids(test);
      texts = ids(learn);
      mels = mels(learn, transform);
    }

    String label(String name) {
      return switch (name) {
        case "align-uniform" -> "equal durations";
        case "align-bytes" -> "means of bytes";
        case "align-gaussians" -> "Gaussians of byte trigrams, annealed";
        default -> "means of byte trigrams";
      };
    }

    private Learned learned(String name) {
      return switch (name) {
        case "align-uniform" ->
            (ids, mel) ->
                new MonotonicAlignment.Result(MeansAligner.uniform(ids.length, mel.frames()), 0);
        case "align-bytes" ->
            MeansAligner.fit(texts, mels, new MeansAligner.Settings(0, ROUNDS))::align;
        case "align-gaussians" ->
            GaussianAligner.fit(texts, mels, GaussianAligner.Settings.usual())::align;
        default -> trigrams()::align;
      };
    }

    private MeansAligner trigrams() {
      if (trigrams == null) {
        trigrams = MeansAligner.fit(texts, mels, new MeansAligner.Settings(1, ROUNDS));
      }
      return trigrams;
    }

    AlignmentError error(String name) {
      Learned aligner = learned(name);
      return AlignmentError.of(
          test.utterances(),
          IntStream.range(0, test.size())
              .mapToObj(i -> aligner.align(ids.get(i), truth.get(i)))
              .toList(),
          WordEnds.ofCommands(),
          mel);
    }

    LogMel means(int i) {
      int[] durations = trigrams().align(ids.get(i), truth.get(i)).durations();
      return trigrams().expand(ids.get(i), durations, mel);
    }
  }

  private static List<int[]> ids(Speech speech) {
    return speech.utterances().stream().map(each -> TextBytes.of(each.text()).ids()).toList();
  }

  private List<LogMel> mels(Speech speech, MelTransform transform) {
    return speech.utterances().stream().map(transform::of).toList();
  }

  private static void speakers(Rows rows, String part, Speech speech) {
    if (rows.wanted.test("speakers-" + part)) {
      rows.add(
          "speakers-" + part,
          "pairs of true utterances, speakers " + part,
          Verification.of(rows.yardsticks.similarity(), speech).values());
    }
  }

  private LogMel noise(LinearCodec codec, int frames, int index) {
    float[] values =
        Noise.of(settings.seed()).fork("noise floor").stream(index).gaussians(frames * mel.mels());
    double[] statistics = codec.statistics();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (statistics[0] + statistics[1] * values[i]);
    }
    return new LogMel(values, mel);
  }

  private Map<String, Object> protocol(Speech test, SpeechCodec codec, Yardsticks yardsticks) {
    Map<String, Object> protocol = new LinkedHashMap<>(yardsticks.protocol());
    protocol.putAll(protocol(test));
    protocol.put("vocoder", codec.vocoder());
    protocol.put("seed", settings.seed());
    protocol.put("codec", codec.fingerprint().substring(0, 12));
    protocol.put("codec_bits_per_second", Math.round(codec.bitRate()));
    return protocol;
  }

  /** What is the same for all rows. */
  private Map<String, Object> protocol(Speech test) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    Commands.Summary summary = corpus.summary();
    protocol.put("data", test.name());
    protocol.put("corpus_sha256", summary.sha256());
    protocol.put("synthesiser", summary.synthesiser());
    protocol.put("utterances", test.size());
    protocol.put("speakers", test.utterances().stream().map(Utterance::speaker).distinct().count());
    protocol.put("mel", mel.hash());
    protocol.put("learned_from", settings.learn());
    protocol.put("commit", resgen.settings.SourceCommit.current());
    return protocol;
  }

  /** Measures rows and tells of them. */
  private final class Rows {

    private final Speech test;
    private final List<LogMel> truth;
    private final Yardsticks yardsticks;
    private final Map<String, Object> protocol;
    private final Predicate<String> wanted;
    private final Listener listener;

    Rows(
        Speech test,
        List<LogMel> truth,
        Yardsticks yardsticks,
        Map<String, Object> protocol,
        Predicate<String> wanted,
        Listener listener) {
      this.test = test;
      this.truth = truth;
      this.yardsticks = yardsticks;
      this.protocol = protocol;
      this.wanted = wanted;
      this.listener = listener;
    }

    void add(String name, String label, List<Value> values) {
      listener.row(new Row(name, label, protocol, values));
    }

    void clips(String name, String label, Function<Integer, Clip> sound) {
      if (wanted.test(name)) {
        List<Clip> sounds = IntStream.range(0, test.size()).boxed().map(sound).toList();
        add(name, label, yardsticks.measure(test.utterances(), sounds));
      }
    }

    /** Spectrograms, through Griffin-Lim; their distance is measured before it, too. */
    void mels(String name, String label, Function<Integer, LogMel> spectrogram) {
      try (GriffinLim vocoder = new GriffinLim(mel)) {
        mels(name, label, spectrogram, vocoder);
      }
    }

    void mels(String name, String label, Function<Integer, LogMel> spectrogram, Vocoder vocoder) {
      if (!wanted.test(name)) {
        return;
      }
      List<Clip> sounds = new ArrayList<>();
      double[] distance = new double[test.size()];
      double[] factor = new double[test.size()];
      for (int i = 0; i < test.size(); i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted in row " + name);
        }
        LogMel own = spectrogram.apply(i);
        distance[i] = own.l1(truth.get(i));
        long begin = System.nanoTime();
        Clip clip = vocoder.clip(own, settings.seed(), i);
        factor[i] = (System.nanoTime() - begin) / 1e9 / clip.seconds();
        sounds.add(clip);
      }
      List<Value> values = new ArrayList<>(yardsticks.measure(test.utterances(), sounds));
      values.add(Value.mean("mel_l1_before_vocoder", distance));
      values.add(Value.mean("vocoder_real_time_factor", factor));
      add(name, label, values);
    }
  }
}
