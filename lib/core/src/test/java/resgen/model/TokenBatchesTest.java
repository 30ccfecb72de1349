package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.HostTransferTest;
import resgen.codec.Tokens;
import resgen.torch.Torch;
import resgen.train.Training;

class TokenBatchesTest {

  private static List<int[]> codes(NDManager manager, long most) {
    Tokens tokens = HostTransferTest.tokens(manager);
    Training training = Training.steps(100).batch(10).seed(4);
    List<int[]> all = new ArrayList<>();
    TokenBatches batches =
        new TokenBatches(
            manager,
            tokens,
            new ClassConditioner(parameters(manager), 3, 4, Conditioner.Input.NONE),
            most);
    for (int step = 0; step < 30; step++) {
      batches.prepare(training, step, true);
      TokenBatches.Batch own = batches.of(training, 0, 10);
      all.add(Torch.codes(own.codes()));
      all.add(Torch.codes(own.condition().head()));
      all.add(Torch.codes(own.lengths()));
      batches.advance();
    }
    batches.prepare(training, 7, true); // resumed
    all.add(Torch.codes(batches.of(training, 0, 10).codes()));
    return all;
  }

  private static resgen.nn.Parameters parameters(NDManager manager) {
    return resgen.nn.Parameters.on(manager, 0);
  }

  /** Tokens that do not fit are there a window at a time; the batches are the same. */
  @Test
  void aWindowGivesTheBatchesOfTheWhole() {
    try (NDManager manager = Torch.manager()) {
      List<int[]> whole = codes(manager, Long.MAX_VALUE);
      List<int[]> windows = codes(manager, 100);
      for (int i = 0; i < whole.size(); i++) {
        assertArrayEquals(whole.get(i), windows.get(i), "array " + i);
      }
    }
  }

  @Test
  void aWindowHasNoSamplesInTheirOwnOrder() {
    try (NDManager manager = Torch.manager()) {
      TokenBatches batches =
          new TokenBatches(
              manager,
              HostTransferTest.tokens(manager),
              new ClassConditioner(parameters(manager), 3, 4, Conditioner.Input.NONE),
              100);
      assertThrows(IllegalStateException.class, () -> batches.range(0, 4));
    }
  }
}
