package resgen.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.Managers;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;

class LeakTest {

  @Test
  void aThousandStepsLeaveNoArrays(@TempDir Path folder) {
    try (TinyModel model = new TinyModel(.1)) {
      NDArray weight = model.parameters().arrays().get("out.weight");
      model.validation = () -> Torch.scoped(() -> weight.square().sum().getFloat());
      long[] counts = new long[2];
      Training training = Training.steps(1010).batch(2).accumulate(2).every(10, 250, 100);
      Listener listener =
          (step, steps, seconds, row) -> {
            if (step == 10 || step == 1010) {
              counts[step == 10 ? 0 : 1] = Managers.count();
            }
          };
      try (Trainer warm = new Trainer(model, training, Optional.empty(), listener)) {
        warm.oneStep(); // compiles kernels
      }
      long before = Managers.count();
      try (Trainer trainer = new Trainer(model, training, Optional.of(folder), listener)) {
        trainer.run();
      }
      assertEquals(counts[0], counts[1], "after 1,000 more steps");
      assertEquals(before, Managers.count(), "after the trainer is closed");
    }
  }

  @Test
  void aThousandKernelCallsLeaveNoArrays() {
    Kernel kernel =
        Kernel.compile(
            "pair",
            """
            def forward(self, x: Tensor) -> Tensor:
              return x * 2.0
            def pair(self, xs: List[Tensor], n: int) -> Tuple[Tensor, Tensor]:
              return (xs[0] + n, xs[1])
            """,
            Precision.FP32);
    try (NDManager manager = Torch.manager()) {
      NDArray x = manager.create(new float[] {1, 2});
      long before = Managers.count();
      for (int i = 0; i < 1000; i++) {
        Torch.scoped(
            () -> {
              kernel.apply(x);
              kernel.infer("pair", List.of(x, x), 3);
              return kernel.call("pair", List.of(x, x), 3).get(0).getFloat(1);
            });
      }
      assertEquals(before, Managers.count());
    }
  }

  @Test
  void theCountSeesAnArrayThatIsLeft() {
    try (NDManager manager = Torch.manager()) {
      long before = Managers.count();
      manager.create(1f);
      assertEquals(before + 1, Managers.count());
    }
  }
}
