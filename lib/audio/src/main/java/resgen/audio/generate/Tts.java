package resgen.audio.generate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import resgen.Generator;
import resgen.Samples;
import resgen.audio.Clip;
import resgen.audio.LogMel;
import resgen.audio.MelTransform;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.Vocoder;
import resgen.audio.align.Aligner;
import resgen.audio.align.Durations;
import resgen.audio.align.MonotonicAlignment;
import resgen.audio.align.TextBytes;
import resgen.audio.codec.SpeechCodec;
import resgen.mask.Reveal;
import resgen.model.ConditionSpec;
import resgen.model.Order;
import resgen.sample.Given;
import resgen.sample.Sampling;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * Text to speech: an {@link Aligner} says how long each byte lasts, a {@link Generator} makes the
 * tokens of these positions, its codec and vocoder make sound of them.
 */
public final class Tts implements AutoCloseable {

  private static final String ALIGNER = "-aligner";
  private static final int STEPS = 16; // as usual
  private static final double SLOWEST = 1.4; // of a prompt's pace that is gone on with
  private static final double FASTEST = 0.7;

  private final Generator generator;
  private final SpeechCodec codec;
  private final Aligner aligner;
  private final ConditionSpec.Timed reads;

  private Tts(Generator generator, SpeechCodec codec, Aligner aligner, ConditionSpec.Timed reads) {
    this.generator = generator;
    this.codec = codec;
    this.aligner = aligner;
    this.reads = reads;
  }

  /**
   * Ties a generator of speech to the aligner of its texts.
   *
   * @param generator closed with it
   * @throws IllegalArgumentException if the generator is not of speech, or the spectrograms differ
   */
  public static Tts of(Generator generator, Aligner aligner) {
    if (!(generator.codec() instanceof SpeechCodec codec)
        || !(generator.spec().condition() instanceof ConditionSpec.Timed timed)) {
      throw new IllegalArgumentException(generator.description() + ": no model of speech");
    }
    codec.mel().requireSame("the aligner", aligner.mel());
    return new Tts(generator, codec, aligner, timed);
  }

  /**
   * A model that was saved, with its codec and aligner.
   *
   * @param name of a shipped checkpoint, or the path of a file that ends in {@code .safetensors};
   *     the aligner is in the file of the same name with {@value #ALIGNER} at its end
   * @throws IllegalArgumentException if one of them is missing or damaged
   */
  public static Tts load(String name) {
    Aligner aligner = Aligner.load(aligner(WeightFile.named("model", name)).toString());
    Generator generator = Generator.load(name);
    try {
      return of(generator, aligner);
    } catch (RuntimeException e) {
      generator.close();
      throw e;
    }
  }

  private static Path aligner(Path model) {
    String name = model.getFileName().toString();
    String stem = name.substring(0, name.length() - WeightFile.SUFFIX.length());
    return model.resolveSibling(stem + ALIGNER + WeightFile.SUFFIX);
  }

  /**
   * Writes model and aligner, and the codec beside them unless it is in that folder already.
   *
   * @param path of the model, which ends in {@code .safetensors}
   */
  public void save(Path path) {
    save(path, WeightFormat.HALF);
  }

  /**
   * The same with the model's matrices stored in a format; aligner and codec are as they are.
   *
   * @param path of the model, which ends in {@code .safetensors}
   */
  public void save(Path path, WeightFormat format) {
    generator.save(path, format);
    aligner.save(aligner(path));
    Path folder = path.toAbsolutePath().getParent();
    boolean there =
        WeightFile.list(folder).stream()
            .anyMatch(
                file ->
                    codec
                        .fingerprint()
                        .equals(WeightFile.metadata(file).get(WeightFile.FINGERPRINT)));
    if (!there) {
      Path own = folder.resolve("codec" + WeightFile.SUFFIX);
      codec.save(
          Files.exists(own) // another model's
              ? folder.resolve("codec-" + codec.fingerprint().substring(0, 12) + WeightFile.SUFFIX)
              : own);
    }
  }

  /**
   * How it is usually sampled: 16 steps, of a model that makes depth after depth at least one for
   * each, of one that goes position by position at most one; not guided, a nucleus of 0.85, of a
   * mixture half of its noise; any tokens of a masked model first.
   */
  public Sampling usual() {
    int depth = generator.shape().depth();
    Sampling usual =
        generator.spec().order() instanceof Order.Masked masked
            ? Sampling.steps(Math.max(STEPS, masked.masks().stages(depth))).reveal(Reveal.RANDOM)
            : Sampling.steps(Math.min(STEPS, depth));
    usual = usual.topP(0.85);
    return generator.spec().head().readsBound() ? usual.noiseScale(0.5) : usual;
  }

  /** The model of the tokens. */
  public Generator generator() {
    return generator;
  }

  /** What makes sound of tokens. */
  public SpeechCodec codec() {
    return codec;
  }

  /**
   * Makes sound by another vocoder from now on, which is closed with this.
   *
   * @throws IllegalArgumentException if its spectrograms have other settings, or the codec needs
   *     none; it is closed then
   */
  public Tts use(Vocoder vocoder) {
    try {
      codec.use(vocoder);
      return this;
    } catch (IllegalArgumentException e) {
      vocoder.close();
      throw e;
    }
  }

  /** What tells durations. */
  public Aligner aligner() {
    return aligner;
  }

  /** Seconds of the longest speech that it can make, a prompt included, which is half at most. */
  public double longest() {
    return generator.shape().positions() * codec.stride() / codec.mel().frameRate();
  }

  /** The speakers that it knows by name; none of a model that hears the voice from a prompt. */
  public List<String> speakers() {
    return generator.classNames();
  }

  /** A text by a speaker. */
  public Clip say(String text, String speaker, Sampling settings) {
    return say(List.of(Line.by(speaker, text)), settings).clip(0);
  }

  /** A text in the voice of a prompt; what the prompt says of another text is not in it. */
  public Clip say(String text, Prompt prompt, Sampling settings) {
    return say(List.of(Line.like(prompt, text)), settings).clip(0);
  }

  /**
   * What was said.
   *
   * @param speech the lines, in their order
   * @param samples how their tokens came about
   * @param prompts seconds at the beginning of each that were the prompt's
   */
  public record Spoken(Speech speech, Samples samples, List<Double> prompts) {

    /** One of the lines. */
    public Clip clip(int line) {
      return speech.get(line).clip();
    }

    /** Seconds of sound. */
    public double seconds() {
      return speech.utterances().stream().mapToDouble(u -> u.clip().seconds()).sum();
    }

    /** Seconds that it took for one of sound, of all lines. */
    public double realTimeFactor() {
      return (samples.generateSeconds() + samples.decodeSeconds()) / seconds();
    }
  }

  /**
   * Says lines. Line i depends on the seed, i and itself alone, not on how many there are; one that
   * would go beyond full scale is scaled to it.
   *
   * @throws IllegalArgumentException naming the line that cannot be said, and why
   * @throws CancellationException if interrupted before all were said
   */
  public Spoken say(List<Line> lines, Sampling settings) {
    return spoken(
        lines,
        (condition, given) -> generator.sample(condition, given, settings, (done, some) -> {}));
  }

  /** As {@link #say(List, Sampling)}, and keeps how the tokens of each line were unmasked. */
  public Spoken record(List<Line> lines, Sampling settings) {
    return spoken(lines, (condition, given) -> generator.record(condition, given, settings));
  }

  private Spoken spoken(List<Line> lines, BiFunction<Condition, Given, Samples> source) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("no lines to say");
    }
    List<Plan> plans = new ArrayList<>();
    try (MelTransform transform = new MelTransform(codec.mel())) {
      for (int i = 0; i < lines.size(); i++) {
        try {
          plans.add(plan(lines.get(i), transform));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "line %d, '%s': %s".formatted(i, lines.get(i).text(), e.getMessage()), e);
        }
      }
    }
    Condition.Timed condition = condition(plans);
    Samples samples = source.apply(condition, given(plans, condition.lengths()));
    if (samples.size() < lines.size()) {
      throw new CancellationException(
          "interrupted after %d of %d lines".formatted(samples.size(), lines.size()));
    }
    Speech decoded = samples.as(Speech.class);
    List<Utterance> said = new ArrayList<>();
    List<Double> prompts = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Plan plan = plans.get(i);
      Clip clip = decoded.get(i).clip();
      int prompt = plan.positions() * codec.stride() * codec.mel().hop();
      boolean apart = lines.get(i).prompt().flatMap(Prompt::transcript).isPresent();
      Clip own = apart ? clip.range(prompt, clip.length()) : clip;
      prompts.add(apart ? 0 : prompt / (double) clip.rate());
      said.add(
          new Utterance(
              "line-" + i,
              lines.get(i).speaker(),
              lines.get(i).text(),
              List.of(),
              Sound.of(own.limited())));
    }
    return new Spoken(Speech.of("said", said), samples, List.copyOf(prompts));
  }

  /**
   * How a line is to be made.
   *
   * @param ids symbols of the text, that of a prompt included
   * @param frames of each
   * @param speaker its class
   * @param prompt codes of the prompt, {@code [P, D]}; empty without one
   * @param positions P
   */
  private record Plan(int[] ids, int[] frames, int speaker, int[] prompt, int positions) {}

  private Plan plan(Line line, MelTransform transform) {
    TextBytes text = TextBytes.of(line.text());
    Plan plan =
        line.prompt().isPresent()
            ? prompted(line, text, transform)
            : new Plan(
                text.ids(),
                aligner.durations(text, line.speaker(), line.speed()),
                speaker(line),
                new int[0],
                0);
    int frames = Arrays.stream(plan.frames).sum();
    int most = generator.shape().positions() * codec.stride();
    if (plan.ids.length > reads.longest() || frames > most) {
      double rate = codec.mel().frameRate();
      throw new IllegalArgumentException(
          "%d bytes and %.1f s are more than the %d bytes and %.1f s that the model takes"
              .formatted(plan.ids.length - 2, frames / rate, reads.longest() - 2, most / rate));
    }
    return plan;
  }

  private int speaker(Line line) {
    List<String> known = speakers();
    if (known.isEmpty()) {
      if (!line.speaker().isEmpty()) {
        throw new IllegalArgumentException(
            "this model knows no speaker by name; it hears the voice from a prompt");
      }
      return 0;
    }
    int at = known.indexOf(line.speaker());
    if (at < 0 && !(line.speaker().isEmpty() && line.prompt().isPresent())) {
      throw new IllegalArgumentException(
          "no speaker '%s'; there are %s".formatted(line.speaker(), String.join(", ", known)));
    }
    return at < 0 ? known.size() : at;
  }

  /**
   * The prompt's text lasts as the alignment says; what follows lasts as long as usual, in the pace
   * of the prompt.
   */
  private Plan prompted(Line line, TextBytes text, MelTransform transform) {
    Prompt prompt = line.prompt().orElseThrow();
    Clip clip = prompt.clip().resample(codec.mel().rate());
    LogMel mel = transform.of(clip);
    int positions = mel.frames() / codec.stride();
    int most = generator.shape().positions() / 2;
    if (positions < 1 || positions > most) {
      throw new IllegalArgumentException(
          "a prompt of %.2f s is %d positions; 1 … %d, half of the longest, are possible"
              .formatted(clip.seconds(), positions, most));
    }
    LogMel whole = mel.range(0, positions * codec.stride());
    int[] codes = codec.codes(clip, positions);
    int speaker = speaker(line);
    if (prompt.transcript().isPresent()) {
      TextBytes before = TextBytes.of(prompt.transcript().get());
      int[] spoken = aligner.align(before, whole).durations();
      double pace = pace(aligner.usual(before), spoken, spoken.length) / line.speed();
      return new Plan(
          SpokenTokens.joinedIds(before.ids(), text.ids()),
          SpokenTokens.joinedFrames(spoken, aligner.durations(text, pace), whole.frames()),
          speaker,
          codes,
          positions);
    }
    MonotonicAlignment.Result begun = aligner.alignBeginning(text, whole);
    int last = begun.durations().length - 1;
    while (begun.durations()[last] == 0) {
      last--;
    }
    if (last >= begun.durations().length - 2) { // the last letter, or the end
      throw new IllegalArgumentException(
          "the prompt says all of the text already; one that says something else needs its"
              + " transcript");
    }
    double[] usual = aligner.usual(text);
    double pace = pace(usual, begun.durations(), last) / line.speed();
    int[] frames = begun.durations().clone();
    frames[last] = Math.max(frames[last], (int) Math.round(usual[last] * pace));
    double[] rest = Arrays.copyOfRange(usual, last + 1, usual.length);
    int[] others = Durations.rounded(Arrays.stream(rest).map(f -> f * pace).toArray());
    System.arraycopy(others, 0, frames, last + 1, others.length);
    return new Plan(text.ids(), frames, speaker, codes, positions);
  }

  /** How many times longer than usual the first symbols last. */
  private static double pace(double[] usual, int[] spoken, int count) {
    double expected = 0;
    int heard = 0;
    for (int i = 0; i < count; i++) {
      expected += usual[i];
      heard += spoken[i];
    }
    return expected == 0 ? 1 : Math.max(FASTEST, Math.min(SLOWEST, heard / expected));
  }

  private Condition.Timed condition(List<Plan> plans) {
    int[][] ids = plans.stream().map(Plan::ids).toArray(int[][]::new);
    int[][] frames = plans.stream().map(Plan::frames).toArray(int[][]::new);
    int[] who = plans.stream().mapToInt(Plan::speaker).toArray();
    return new Condition.Timed(
        new Condition.Text(ids, TextBytes.SYMBOLS),
        frames,
        codec.stride(),
        new Condition.Classes(who, speakers()));
  }

  private Given given(List<Plan> plans, int[] lengths) {
    TokenSpec tokens = generator.shape();
    int each = tokens.tokens();
    int[] codes = new int[plans.size() * each];
    int[] prompts = new int[plans.size()];
    for (int i = 0; i < prompts.length; i++) {
      System.arraycopy(plans.get(i).prompt, 0, codes, i * each, plans.get(i).prompt.length);
      prompts[i] = plans.get(i).positions;
    }
    return new Given(lengths, Codes.of(codes, tokens.positions(), tokens.depth()), prompts);
  }

  /** Its parts. */
  @Override
  public String toString() {
    return "%s; %s".formatted(generator.description(), aligner);
  }

  /** Closes the generator. */
  @Override
  public void close() {
    generator.close();
  }
}
