package resgen.model;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import resgen.codec.Tokens;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/** Made-up tokens in lines of their own lengths, with a text at every position. */
public final class Lines {

  public static final int L = 8;
  public static final int D = 3;
  public static final int V = 8;
  public static final int SYMBOLS = 6;
  public static final int FRAMES = 2; // of a position
  public static final int LONGEST = 12; // symbols of a text

  private Lines() {}

  /** Their shape. */
  public static TokenSpec spec() {
    return new TokenSpec(new Layout.Line(L), D, V, 4);
  }

  /** Texts of different lengths, 4 … 8 positions long, by two speakers. */
  public static Condition.Timed texts(int size) {
    int[][] ids = new int[size][];
    int[][] frames = new int[size][];
    int[] who = new int[size];
    for (int i = 0; i < size; i++) {
      Noise.Stream noise = Noise.of(7).stream(i);
      int symbols = 4 + i % 4;
      ids[i] = new int[symbols];
      frames[i] = new int[symbols];
      for (int s = 0; s < symbols; s++) {
        ids[i][s] = noise.nextInt(SYMBOLS);
        frames[i][s] = 1;
      }
      frames[i][1] += 2 * (4 + i % 5) - symbols;
      who[i] = i % 2;
    }
    return new Condition.Timed(
        new Condition.Text(ids, SYMBOLS),
        frames,
        FRAMES,
        new Condition.Classes(who, List.of("even", "odd")));
  }

  /** Tokens of such texts. */
  public static Tokens tokens(NDManager manager, int size) {
    int[] codes = new int[size * L * D];
    Condition.Timed texts = texts(size);
    for (int i = 0; i < size; i++) {
      Noise.Stream noise = Noise.of(8).stream(i);
      for (int t = 0; t < texts.lengths()[i] * D; t++) {
        codes[i * L * D + t] = noise.nextInt(V);
      }
    }
    return new Tokens(
        Codes.of(codes, L, D),
        texts.lengths(),
        texts,
        new Layout.Line(L),
        MadeUp.books(manager, D, V, 4),
        Optional.empty(),
        "lines");
  }

  /** What a model is told of them. */
  public static ConditionSpec.Timed condition() {
    return new ConditionSpec.Timed(
        SYMBOLS, LONGEST, FRAMES, 2, Transformer.Settings.of(16, 1, 2).gate(1));
  }

  /** The same model, told of texts. */
  public static Recipe of(Recipe recipe) {
    ModelSpec m = recipe.model();
    return recipe.model(
        new ModelSpec(m.tokens(), m.order(), m.backbone(), m.head(), condition(), "fp32"));
  }

  /** ResGen with a component for every code. */
  public static Recipe resgen() {
    return of(MadeUp.codes(spec()));
  }

  /** The texts with some of their durations changed. */
  public static Condition.Timed with(Condition.Timed texts, int sample, int[] frames) {
    int[][] all = texts.frames().clone();
    all[sample] = Arrays.copyOf(frames, frames.length);
    return new Condition.Timed(texts.text(), all, texts.each(), texts.speakers());
  }
}
