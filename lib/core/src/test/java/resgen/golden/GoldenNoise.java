package resgen.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.mask.UnmaskPlan;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.reference.Hypergeometric;
import resgen.reference.RevealOrder;
import resgen.token.Batches;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** All that the golden tests of noise, schedules and masks know of the library. */
final class GoldenNoise {

  private static final int DRAWS = 200;
  private static final int FEW = 8; // of streams and kinds that are made of the same bits
  private static final int POSITIONS = 16;
  private static final int DEPTHS = 8;
  private static final int TOKENS = POSITIONS * DEPTHS;
  private static final double TEMPERATURE = 1.5;

  private GoldenNoise() {}

  /** Draws of each kind as exact bits, in hexadecimal digits. */
  static Map<String, String> draws() {
    Map<String, String> draws = new LinkedHashMap<>();
    all(draws, "seed 1, keys 2 3", DRAWS, () -> Noise.of(1).stream(2, 3));
    all(draws, "seed 0, no key", FEW, () -> Noise.of(0).stream());
    all(draws, "seed 0, key 0", FEW, () -> Noise.of(0).stream(0));
    all(draws, "seed 0, keys 0 0", FEW, () -> Noise.of(0).stream(0, 0));
    all(draws, "seed -7, key -1", FEW, () -> Noise.of(-7).stream(-1));
    all(draws, "largest seed, largest key", FEW, () -> Noise.of(Long.MAX_VALUE).stream(1L << 62));
    all(
        draws,
        "seed 5, fork classes, keys 9 4",
        FEW,
        () -> Noise.of(5).fork("classes").stream(9, 4));
    return draws;
  }

  /** Where a kind of draw begins: each has the stream from its start. */
  private interface Start {
    Noise.Stream stream();
  }

  private static void all(Map<String, String> draws, String name, int count, Start start) {
    Noise.Stream longs = start.stream();
    draws.put(name + ": longs", hex(LongStream.generate(longs::nextLong).limit(count)));
    for (int bound : new int[] {256, 1_500_000_000}) {
      Noise.Stream ints = start.stream();
      draws.put(
          name + ": ints below " + bound,
          IntStream.generate(() -> ints.nextInt(bound))
              .limit(bound == 256 ? count : FEW)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" ")));
    }
    draws.put(name + ": doubles", doubles(start.stream()::nextDouble, count));
    draws.put(name + ": open doubles", doubles(start.stream()::nextOpenDouble, FEW));
    draws.put(name + ": gaussians", doubles(start.stream()::nextGaussian, count));
    draws.put(name + ": gumbels", doubles(start.stream()::gumbel, FEW));
    draws.put(name + ": float uniforms", floats(start.stream().uniforms(FEW)));
    draws.put(name + ": float gaussians", floats(start.stream().gaussians(FEW)));
    draws.put(name + ": float gumbels", floats(start.stream().gumbels(FEW)));
    draws.put(name + ": permutation", text(start.stream().permutation(16)));
  }

  private static String doubles(DoubleSupplier draw, int count) {
    return hex(DoubleStream.generate(draw).limit(count).mapToLong(Double::doubleToRawLongBits));
  }

  private static String hex(LongStream bits) {
    return bits.mapToObj(v -> "%016x".formatted(v)).collect(Collectors.joining(" "));
  }

  private static String floats(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> "%08x".formatted(Float.floatToRawIntBits(values[i])))
        .collect(Collectors.joining(" "));
  }

  private static String text(int... values) {
    return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /** Numbers of masked tokens by the schedules, in sampling and in training. */
  static Map<String, String> schedules() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String name :
        List.of("circle", "cosine", "exp", "exp-full", "superellipse:3", "power:2", "linear")) {
      Schedule schedule = Schedule.parse(name);
      for (int steps : new int[] {1, 8, 28, 64}) {
        String title = "%s, %d steps, %d tokens".formatted(name, steps, TOKENS);
        lines.put(title, text(UnmaskPlan.of(schedule, steps, TOKENS, true, false).masked()));
      }
      UnmaskPlan all = UnmaskPlan.of(schedule, 28, TOKENS, false, true);
      lines.put(name + ", 28 steps, at least one each", text(all.masked()));
      lines.put(
          name + ", in training at sixteenths",
          text(
              IntStream.range(0, 16).map(i -> schedule.trainingCount(i / 16.0, TOKENS)).toArray()));
    }
    return lines;
  }

  /** Masks of training, what sampling steps reveal, and the order of training batches. */
  static Map<String, String> masks() {
    Map<String, String> lines = new LinkedHashMap<>();
    TokenSpec spec = new TokenSpec(new Layout.Line(POSITIONS), DEPTHS, 2, 1);
    for (MaskLaw law : List.of(MaskLaw.prefix(), MaskLaw.uniform())) {
      for (int i = 0; i < 8; i++) {
        lines.put(
            "training masks " + law.text().toUpperCase(Locale.ROOT) + " " + i, drawn(law, spec, i));
      }
    }
    int[] visible = IntStream.range(0, POSITIONS).map(i -> i * 5 % (DEPTHS + 1)).toArray();
    int[] capacities = Arrays.stream(visible).map(v -> DEPTHS - v).toArray();
    int masked = Arrays.stream(capacities).sum();
    lines.put(
        "hypergeometric", text(Hypergeometric.sample(capacities, 20, Noise.of(6).stream(1, 2))));
    float[] terms = Noise.of(7).stream(1).gaussians(TOKENS);
    boolean[] shown = new boolean[TOKENS];
    for (int s = 0; s < TOKENS; s++) {
      shown[s] = s * 7 % 3 == 0;
    }
    int hidden = (int) IntStream.range(0, TOKENS).filter(s -> !shown[s]).count();
    for (RevealOrder order :
        List.of(RevealOrder.RANDOM, RevealOrder.DISTANCE)) { // others differ in their terms
      for (double temperature : new double[] {0, TEMPERATURE}) {
        String title = "%s, temperature %s".formatted(order, temperature);
        lines.put(
            title + ", visible depths",
            text(
                order.next(
                    visible, DEPTHS, terms, masked - 20, temperature, Noise.of(8).stream(3, 4))));
        lines.put(
            title + ", anywhere",
            bits(
                order.anywhere(
                    shown, DEPTHS, terms, hidden - 20, temperature, Noise.of(9).stream(3, 4))));
      }
    }
    Batches batches = Batches.of(64, 16, 5);
    for (long step : new long[] {0, 1, 3, 4, 1000}) {
      lines.put("batch of step " + step, text(batches.indices(step)));
    }
    return lines;
  }

  /** The mask of one sample in step 3, drawn by the kernel. */
  private static String drawn(MaskLaw law, TokenSpec spec, int sample) {
    try (NDManager manager = Torch.manager()) {
      NDArray step = Torch.longs(manager, new int[] {3}, 1);
      NDArray place = Torch.longs(manager, new int[] {sample}, 1);
      NDArray length = Torch.longs(manager, new int[] {spec.positions()}, 1);
      Keys keys = Keys.of(Noise.of(5), step, place);
      return bits(
          law.draw(spec, Schedule.circle(), keys, length).visible().reshape(-1).toBooleanArray());
    }
  }

  private static String bits(boolean[] values) {
    StringBuilder text = new StringBuilder();
    for (int s = 0; s < values.length; s++) {
      text.append(s > 0 && s % DEPTHS == 0 ? " " : "").append(values[s] ? '1' : '0');
    }
    return text.toString();
  }
}
