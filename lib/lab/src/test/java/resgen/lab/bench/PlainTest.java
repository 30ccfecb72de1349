package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import resgen.Managers;
import resgen.head.MixtureHead;
import resgen.head.Objective;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.nn.Parameters;
import resgen.torch.Torch;

/** The plain version does the same work. */
class PlainTest {

  private final BenchPreset tiny = BenchPreset.of("tiny", "fp32");
  private final NDManager manager = Torch.manager();

  @AfterEach
  void close() {
    manager.close();
  }

  private final Objective.Bound bound = tiny.settings().objective().bound();

  private MaskedModel network() {
    MaskedModel network =
        (MaskedModel)
            tiny.settings()
                .model()
                .build(Parameters.on(manager, 0), RandomTokens.books(manager, tiny.tokens()));
    MadeUp.stir(network.parameters(), 1);
    return network;
  }

  @Test
  void hiddenStatesAreTheSame() {
    MaskedModel network = network();
    NDArray sums = manager.randomNormal(new Shape(3, 16, 8));
    NDArray visible = manager.randomInteger(0, 5, new Shape(3, 16), DataType.INT64);
    NDArray bits =
        visible.expandDims(2).gt(manager.arange(4).toType(DataType.INT64, false)); // [3, 16, 4]
    NDArray labels = Torch.longs(manager, new int[] {0, 4, 10}, 3);

    float[][] both =
        Torch.scoped(
            () ->
                new float[][] {
                  network.hidden(sums, bits, new NDList(labels), null, false).toFloatArray(),
                  GeneratorTasks.plain(network, bound.sharpness())
                      .hidden(sums, visible, labels)
                      .toFloatArray()
                });

    assertArrayEquals(both[0], both[1], 2e-4f);
  }

  @Test
  void theLossIsTheSame() {
    MaskedModel network = network();
    NDArray x = manager.randomNormal(new Shape(7, 32));
    NDArray z = manager.randomNormal(new Shape(7, 8));
    NDArray level = Torch.longs(manager, new int[] {0, 0, 1, 1, 1, 3, 3}, 7);

    float[] both =
        Torch.scoped(
            () -> {
              MixtureHead.Terms terms = ((MixtureHead) network.head()).terms(x, z, level, bound);
              return new float[] {
                terms.regression().sum().add(terms.divergence().sum()).getFloat(),
                GeneratorTasks.plain(network, bound.sharpness()).loss(x, z, level).getFloat()
              };
            });

    assertEquals(both[0], both[1], 1e-3 * Math.abs(both[0]));
  }

  @Test
  void stepsLearnAndLeaveNothingBehind() {
    GeneratorTasks tasks = new GeneratorTasks(tiny);
    for (Task task : List.of(tasks.plainStep(4), tasks.plainOptimizer())) {
      long before = Managers.count();
      try (Task.Work step = task.open()) {
        step.run();
        long open = Managers.count();
        step.run();
        step.run();
        assertTrue(Managers.count() <= open, "after two more steps");
      }
      assertEquals(before, Managers.count(), "after it is closed");
    }
  }
}
