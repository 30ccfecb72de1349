package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import resgen.head.MixtureSettings;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.settings.Json;
import resgen.torch.Torch;

class ResGenNetworkTest {

  private static final TokenShape SHAPE = new TokenShape(2, 3, 4, 4, 2);
  private static NDManager manager;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static ResGenSettings settings(Conditioning conditioning) {
    return new ResGenSettings(
        SHAPE,
        Transformer.Settings.of(16, 1, 2).gate(1),
        MixtureSettings.anchored(4, 0, 4),
        conditioning,
        Schedule.circle(),
        "fp32");
  }

  private static float[] hidden(ResGenNetwork network, float[] sums, int[] visible, int label) {
    return Torch.scoped(
        () ->
            network
                .hidden(
                    Torch.floats(manager, sums, 1, 4, 4),
                    Torch.longs(manager, visible, 1, 4),
                    MaskedBackbone.labels(manager, SHAPE, label),
                    false)
                .toFloatArray()); // [1, L, W]
  }

  private static double difference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static float[] position(float[] hidden, int p) {
    return Arrays.copyOfRange(hidden, p * 16, (p + 1) * 16);
  }

  @ParameterizedTest
  @EnumSource(Conditioning.State.class)
  void theMaskTellsApartWhatSumsCannot(Conditioning.State state) {
    Conditioning conditioning = new Conditioning(4, state, true, true, 0.1);
    ResGenNetwork network = MadeUp.network(manager, settings(conditioning), 3);
    float[] sums = new float[16];
    float[] masked = hidden(network, sums, new int[] {0, 0, 0, 0}, 1);
    for (int depth = 1; depth <= SHAPE.depth(); depth++) {
      float[] shown = hidden(network, sums, new int[] {0, depth, 0, 0}, 1);
      assertTrue(difference(position(masked, 1), position(shown, 1)) > 1e-2, "itself");
      double others = 0;
      for (int p : new int[] {0, 2, 3}) {
        others = Math.max(others, difference(position(masked, p), position(shown, p)));
      }
      assertTrue(others > 1e-4, "others: " + others);
      float[] fewer = hidden(network, sums, new int[] {0, depth - 1, 0, 0}, 1);
      assertTrue(difference(position(fewer, 1), position(shown, 1)) > 1e-2, "depth " + depth);
    }
  }

  @ParameterizedTest
  @EnumSource(Conditioning.State.class)
  void theClassReachesEveryPosition(Conditioning.State state) {
    for (boolean inInput : new boolean[] {true, false}) {
      Conditioning conditioning = new Conditioning(4, state, true, inInput, 0.1);
      ResGenNetwork network = MadeUp.network(manager, settings(conditioning), 3);
      float[] zero = hidden(network, new float[16], new int[4], 0);
      for (int label = 1; label <= SHAPE.nullClass(); label++) {
        float[] other = hidden(network, new float[16], new int[4], label);
        for (int p = 0; p < 4; p++) {
          assertTrue(difference(position(zero, p), position(other, p)) > 1e-3);
        }
      }
    }
  }

  @Test
  void withoutLearnedPositionsAllMaskedPositionsAreTheSame() {
    for (boolean positions : new boolean[] {false, true}) {
      Conditioning conditioning =
          new Conditioning(4, Conditioning.State.INPUT, positions, true, 0.1);
      ResGenNetwork network = MadeUp.network(manager, settings(conditioning), 5);
      float[] masked = hidden(network, new float[16], new int[4], 0);
      double apart = difference(position(masked, 0), position(masked, 3));
      assertTrue(positions ? apart > 1e-2 : apart < 1e-5, positions + ": " + apart);
      float[] sums = new float[16];
      sums[0] = 1;
      float[] some = hidden(network, sums, new int[] {1, 0, 0, 0}, 0);
      assertTrue(difference(position(some, 1), position(some, 3)) > 1e-5, "rotary positions");
    }
  }

  @Test
  void theFirstOutputsOfAnAnchoredHeadAreTheCodes() {
    ResGenNetwork network =
        new ResGenNetwork(
            Parameters.on(manager, 1),
            settings(Conditioning.usual()),
            MadeUp.books(manager, 3, 4, 4));
    network.start(TokenStatistics.of(MadeUp.tokens(manager, 3, 4, 4, 100)));
    float[] books = network.codebooks().array().toFloatArray();
    Torch.scoped(
        () -> {
          NDArray x = Torch.floats(manager, new float[16], 1, 16);
          for (int level = 0; level < 3; level++) {
            NDArray at = Torch.longs(manager, new int[] {level}, 1);
            var p = network.head().distribution(x, at);
            float[] means = p.means().mul(p.logScale().exp()).toFloatArray();
            float[] book = Arrays.copyOfRange(books, (2 - level) * 16, (3 - level) * 16);
            assertEquals(0, difference(book, means), 1e-5, "level " + level);
          }
          return null;
        });
  }

  @Test
  void thePapersModelHasThePapersNumberOfParameters() {
    Parameters plan = ResGenNetwork.plan(ResGenSettings.paperRvq16());
    assertEquals(576e6, plan.count(), 5.76e6);
    long w = 1152;
    long blocks = 28 * (12 * w * w + 6 * w) + 2 * w;
    assertEquals(blocks, plan.countByPart().get("backbone"));
    long outputs = 1024 + 1024 * 64 + 64 + 1;
    assertEquals(outputs * (w + 1) + 2 * 16, plan.countByPart().get("head"));
    long mlp = w * 4 * w + 4 * w + 4 * w * 8 * w + 8 * w;
    assertEquals(1001 * w + mlp, plan.countByPart().get("condition"));
    long input = 1 + 64 * w + w + 16 * 2 * 16 + 16 * 16 * w + w + 64 * w;
    assertEquals(input, plan.countByPart().get("input"));
    long sum = plan.countByPart().values().stream().mapToLong(n -> n).sum();
    assertEquals(plan.count(), sum);
    assertTrue(ResGenNetwork.plan(ResGenSettings.paperRvq8()).count() < plan.count());
  }

  @Test
  void aPlanDeclaresWhatTheNetworkHas() {
    for (Conditioning.State state : Conditioning.State.values()) {
      ResGenSettings settings = settings(new Conditioning(4, state, false, false, 0));
      ResGenNetwork network = MadeUp.network(manager, settings, 1);
      Parameters plan = ResGenNetwork.plan(settings);
      assertEquals(network.parameters().shapes(), plan.shapes());
      assertEquals(
          network.parameters().arrays().values().stream().mapToLong(NDArray::size).sum(),
          plan.count());
    }
  }

  @Test
  void presetsRoundTripThroughJson() {
    TokenShape shape = new TokenShape(4, 8, 256, 24, 10);
    for (ResGenSettings settings :
        List.of(
            ResGenSettings.tiny(shape),
            ResGenSettings.small(shape),
            ResGenSettings.cifar(shape),
            ResGenSettings.paperRvq8(),
            ResGenSettings.paperRvq16())) {
      assertEquals(settings, Json.read(Json.line(settings), ResGenSettings.class));
    }
  }

  @Test
  void wrongSettingsAndLabelsAreNamed() {
    refused("stateWidth 0", () -> new Conditioning(0, Conditioning.State.INPUT, true, true, 0));
    refused("classDrop 1.0", () -> new Conditioning(1, Conditioning.State.INPUT, true, true, 1));
    refused("codes 1 is not in 2", () -> new TokenShape(2, 3, 1, 4, 2));
    refused("grid 0", () -> new TokenShape(0, 3, 4, 4, 2));
    refused(
        "components 6",
        () ->
            new ResGenSettings(
                SHAPE,
                Transformer.Settings.of(16, 1, 2),
                MixtureSettings.anchored(6, 0, 4),
                Conditioning.usual(),
                Schedule.circle(),
                "fp32"));
    refused(
        "precision 'fp8'",
        () ->
            new ResGenSettings(
                SHAPE,
                Transformer.Settings.of(16, 1, 2),
                MixtureSettings.full(4),
                Conditioning.usual(),
                Schedule.circle(),
                "fp8"));
    refused("class 3 is not in 0 … 2", () -> MaskedBackbone.labels(manager, SHAPE, 0, 3));
    refused("class -1", () -> MaskedBackbone.labels(manager, SHAPE, -1));
    refused(
        "2 depths × 4 codes",
        () ->
            new ResGenNetwork(
                Parameters.on(manager, 0),
                settings(Conditioning.usual()),
                MadeUp.books(manager, 2, 4, 4)));
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
