package resgen.audio.align;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.settings.Later;
import resgen.settings.Range;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * When each byte of a text is said: in a sound, by {@link GaussianAligner}, and in one that is
 * still to be made, by the mean durations of bytes between their neighbours and the pace of the
 * speaker.
 */
public final class Aligner {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("aligner", 1, "an aligner");
  private static final String WHITENER = "whitener"; // none of aligners that were saved before

  /**
   * How it learns.
   *
   * @param mel of the spectrograms
   * @param means utterances that the means are learned from, spread over all, as speakers often
   *     follow each other; durations are learned from all
   * @param told whether ends of words are taken from the phones of the utterances, as the corpus
   *     {@code commands} has them, and letters are looked for inside their words alone; otherwise
   *     all is found in the sound
   */
  public record Settings(MelSettings mel, int means, @Later boolean told) {
    public Settings {
      Range.check("means", means, 1, 10_000_000);
    }

    /** Everything is found in the sound. */
    public Settings(MelSettings mel, int means) {
      this(mel, means, false);
    }

    /** With ends of words that the corpus tells, or without. */
    public Settings told(boolean ends) {
      return new Settings(mel, means, ends);
    }

    /** Means of 500 utterances. */
    public static Settings of(MelSettings mel) {
      return new Settings(mel, 500);
    }
  }

  /**
   * What was learned.
   *
   * @param aligner what can be used on other speech
   * @param frames of each byte of the utterances that it was learned from
   */
  public record Learned(Aligner aligner, List<int[]> frames) {}

  private record Numbers(Settings settings, List<String> speakers) {}

  private final Settings settings;
  private final GaussianAligner means;
  private final MeanDurations durations;
  private final List<String> speakers;
  private final float[] paces; // true over usual durations of each speaker
  private final Optional<SpeakerDurations> own; // none of aligners that were saved before

  private Aligner(
      Settings settings,
      GaussianAligner means,
      MeanDurations durations,
      List<String> speakers,
      float[] paces,
      Optional<SpeakerDurations> own) {
    this.own = own;
    this.settings = settings;
    this.means = means;
    this.durations = durations;
    this.speakers = List.copyOf(speakers);
    this.paces = paces;
  }

  /**
   * Learns from utterances whose texts are known.
   *
   * @throws IllegalArgumentException naming the first utterance without a text, or with fewer
   *     frames than bytes
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public static Aligner fit(Speech speech, Settings settings) {
    return learn(speech, settings).aligner();
  }

  /**
   * The same, with the alignments that it ended with.
   *
   * @throws IllegalArgumentException also naming the first utterance whose words are not told by
   *     its phones, if they are to be
   */
  public static Learned learn(Speech speech, Settings settings) {
    Optional<WordEnds> told = told(settings);
    List<KnownEnds> ends = new ArrayList<>();
    List<int[]> texts = new ArrayList<>();
    List<int[]> frames = new ArrayList<>();
    for (int i = 0; i < speech.size(); i++) {
      TextBytes text = text(speech, i);
      texts.add(text.ids());
      ends.add(ends(told, text, speech.get(i), settings.mel()));
    }
    try (MelTransform transform = new MelTransform(settings.mel())) {
      int[] chosen = spread(speech.size(), settings.means());
      Map<Integer, LogMel> mels = new TreeMap<>();
      Arrays.stream(chosen).forEach(i -> mels.put(i, transform.of(speech.get(i))));
      GaussianAligner means =
          GaussianAligner.fit(
              Arrays.stream(chosen).mapToObj(texts::get).toList(),
              List.copyOf(mels.values()),
              Arrays.stream(chosen).mapToObj(ends::get).toList(),
              GaussianAligner.Settings.usual());
      for (int i = 0; i < speech.size(); i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(
              "interrupted after aligning %d of %d utterances".formatted(i, speech.size()));
        }
        LogMel own = mels.containsKey(i) ? mels.get(i) : transform.of(speech.get(i));
        frames.add(means.align(texts.get(i), own, ends.get(i)).durations());
      }
      MeanDurations durations = MeanDurations.fit(texts, frames);
      float[] paces = paces(speech, texts, frames, durations);
      SpeakerDurations own =
          SpeakerDurations.fit(texts, frames, speech.conditions().ids(), durations, paces);
      return new Learned(
          new Aligner(settings, means, durations, speech.speakers(), paces, Optional.of(own)),
          List.copyOf(frames));
    }
  }

  /** So many of all numbers below a size, at most all, in equal steps. */
  static int[] spread(int size, int most) {
    int count = Math.min(size, most);
    return IntStream.range(0, count).map(i -> (int) ((long) i * size / count)).toArray();
  }

  private static Optional<WordEnds> told(Settings settings) {
    return settings.told() ? Optional.of(WordEnds.ofCommands()) : Optional.empty();
  }

  private static KnownEnds ends(
      Optional<WordEnds> told, TextBytes text, Utterance said, MelSettings mel) {
    return told.map(words -> KnownEnds.ofWords(text, words.of(said), mel.frameRate()))
        .orElseGet(KnownEnds::none);
  }

  private static TextBytes text(Speech speech, int i) {
    try {
      return TextBytes.of(speech.get(i).text());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(speech.get(i).id() + ": " + e.getMessage(), e);
    }
  }

  private static float[] paces(
      Speech speech, List<int[]> texts, List<int[]> frames, MeanDurations durations) {
    int[] classes = speech.conditions().ids();
    double[] spoken = new double[speech.speakers().size() + 1];
    double[] usual = new double[spoken.length];
    for (int i = 0; i < classes.length; i++) {
      spoken[classes[i]] += Arrays.stream(frames.get(i)).sum();
      usual[classes[i]] += Arrays.stream(durations.of(texts.get(i))).sum();
    }
    float[] paces = new float[speech.speakers().size()];
    for (int s = 0; s < paces.length; s++) {
      paces[s] = usual[s] == 0 ? 1 : (float) (spoken[s] / usual[s]);
    }
    return paces;
  }

  /**
   * Where in a sound the bytes of its text are said.
   *
   * @throws IllegalArgumentException if there are fewer frames than bytes
   */
  public MonotonicAlignment.Result align(TextBytes text, LogMel mel) {
    check(mel);
    return means.align(text.ids(), mel);
  }

  /**
   * Where the bytes of an utterance's text are said; with ends of words from its phones if the
   * aligner was learned from such.
   */
  public int[] align(Utterance said, LogMel mel) {
    check(mel);
    TextBytes text = TextBytes.of(said.text());
    KnownEnds ends = ends(told(settings), text, said, mel.settings());
    return means.align(text.ids(), mel, ends).durations();
  }

  /** The same of a sound that ends somewhere in its text. */
  public MonotonicAlignment.Result alignBeginning(TextBytes text, LogMel mel) {
    check(mel);
    return MonotonicAlignment.openEnd(means.scores(text.ids(), mel));
  }

  private void check(LogMel mel) {
    settings.mel().requireSame("the spectrogram", mel.settings());
  }

  /** Frames that each byte of a text usually lasts, in the pace of all speakers together. */
  public double[] usual(TextBytes text) {
    return durations.of(text.ids());
  }

  /**
   * The pace of a speaker: how many times longer than usual their bytes last; 1 of one not known.
   */
  public double pace(String speaker) {
    int at = speakers.indexOf(speaker);
    return at < 0 ? 1 : paces[at];
  }

  /** Frames of each byte of a text that is still to be said. */
  public int[] durations(TextBytes text, double pace) {
    return Durations.rounded(Arrays.stream(usual(text)).map(f -> f * pace).toArray());
  }

  /**
   * Frames of each byte of a text that a speaker is still to say: as long as it usually lasts
   * there, in their pace, and as much longer as this speaker makes it there.
   *
   * @param speaker a name; of one not known durations are as usual
   * @param speed how many times faster than usual
   */
  public int[] durations(TextBytes text, String speaker, double speed) {
    double pace = pace(speaker) / speed;
    int who = speakers.indexOf(speaker);
    double[] frames = usual(text);
    for (int at = 0; at < frames.length; at++) {
      double ratio = who < 0 || own.isEmpty() ? 1 : own.get().ratio(text.ids(), at, who);
      frames[at] *= pace * ratio;
    }
    return Durations.rounded(frames);
  }

  /** Whether it knows of each speaker where they are slower or faster, not their pace alone. */
  public boolean knowsSpeakers() {
    return own.isPresent();
  }

  /** Settings of the spectrograms. */
  public MelSettings mel() {
    return settings.mel();
  }

  /** The speakers that it knows the pace of. */
  public List<String> speakers() {
    return speakers;
  }

  /** SHA-256 over all of its numbers, in hex. */
  public String fingerprint() {
    MessageDigest digest = Hashes.digest();
    String text =
        Json.line(new Numbers(settings, speakers))
            + Json.line(means.kinds())
            + Json.line(durations.contexts());
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    List<float[]> parts = new ArrayList<>(List.of(means.values(), durations.values(), paces));
    own.ifPresent(ratios -> parts.add(ratios.values()));
    if (means.hasCovariance()) {
      parts.add(means.overall());
      parts.add(means.whitener());
    }
    for (float[] part : parts) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * part.length);
      bytes.asFloatBuffer().put(part);
      digest.update(bytes.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes it into one file. */
  public void save(Path path) {
    int[] kinds = means.kinds();
    float[] values = means.values();
    float[] frames = durations.values();
    WeightFile.Writer file =
        WeightFile.of(KIND)
            .metadata("numbers", Json.line(new Numbers(settings, speakers)))
            .metadata("kinds", Json.line(kinds))
            .metadata("contexts", Json.line(durations.contexts()))
            .metadata(WeightFile.FINGERPRINT, fingerprint())
            .floats("means", values, kinds.length, settings.mel().mels())
            .floats("overall", means.overall(), settings.mel().mels())
            .floats("durations", frames, frames.length)
            .floats("paces", paces, paces.length);
    if (means.hasCovariance()) {
      int bands = settings.mel().mels();
      file.floats(WHITENER, means.whitener(), bands, bands);
    }
    own.ifPresent(
        ratios ->
            file.weights(
                SpeakerDurations.NAME,
                ratios.values(),
                WeightFormat.INT8,
                paces.length,
                frames.length));
    file.write(path);
  }

  /**
   * An aligner that was saved.
   *
   * @param name of a shipped checkpoint, or the path of a file that ends in {@code .safetensors}
   * @throws IllegalArgumentException if the file is none, or is damaged
   */
  public static Aligner load(String name) {
    return WeightFile.read(WeightFile.named("aligner", name), KIND, Aligner::load);
  }

  private static Aligner load(WeightFile file) {
    Numbers numbers = file.metadata("numbers", text -> Json.read(text, Numbers.class));
    int[] kinds = file.metadata("kinds", text -> Json.read(text, int[].class));
    int[][] contexts = file.metadata("contexts", text -> Json.read(text, int[][].class));
    int bands = numbers.settings().mel().mels();
    float[] values = file.floats("means", kinds.length, bands);
    float[] overall = file.floats("overall", bands);
    GaussianAligner means =
        file.has(WHITENER)
            ? GaussianAligner.of(kinds, values, overall, file.floats(WHITENER, bands, bands))
            : GaussianAligner.plain(kinds, values, overall);
    MeanDurations durations = MeanDurations.of(contexts, file.floats("durations", contexts.length));
    int count = numbers.speakers().size();
    Optional<SpeakerDurations> own =
        file.has(SpeakerDurations.NAME)
            ? Optional.of(
                SpeakerDurations.of(
                    durations, file.weights(SpeakerDurations.NAME, count, contexts.length), count))
            : Optional.empty();
    return new Aligner(
        numbers.settings(), means, durations, numbers.speakers(), file.floats("paces", count), own);
  }

  @Override
  public String toString() {
    return "aligner of bytes, %d speakers, mel %s"
        .formatted(speakers.size(), settings.mel().hash());
  }
}
