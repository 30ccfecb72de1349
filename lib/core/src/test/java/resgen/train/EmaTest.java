package resgen.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Torch;

class EmaTest {

  @Test
  void theDecayRisesToItsSetting() {
    try (NDManager manager = Torch.manager()) {
      Parameters parameters = Parameters.on(manager, 1);
      NDArray x = parameters.add("x", Init.constant(1), 2);
      try (Ema ema = new Ema(parameters, .5)) {
        double expected = 1;
        for (int t = 1; t <= 30; t++) {
          x.set(new float[] {t, -t});
          ema.update(t);
          double decay = Math.min(.5, (1.0 + t) / (10 + t)); // .5 from t = 8 on
          expected = decay * expected + (1 - decay) * t;
        }
        assertNear(
            new double[] {expected},
            new float[] {ema.averages().get("x").getFloat(0)},
            1e-6,
            "average");
      }
    }
  }

  @Test
  void theParametersHoldTheAveragesDuringWorkAndTheirOwnValuesAfterEvenOnAnError() {
    try (NDManager manager = Torch.manager()) {
      Parameters parameters = Parameters.on(manager, 1);
      NDArray x = parameters.add("x", Init.constant(1), 2);
      try (Ema ema = new Ema(parameters, .9)) {
        x.set(new float[] {5, 6});
        assertThrows(
            IllegalStateException.class,
            () ->
                ema.during(
                    () -> {
                      assertArrayEquals(new float[] {1, 1}, x.toFloatArray());
                      throw new IllegalStateException();
                    }));
        assertArrayEquals(new float[] {5, 6}, x.toFloatArray());
        assertArrayEquals(new float[] {1, 1}, ema.averages().get("x").toFloatArray());
      }
    }
  }

  @Test
  void aDecayOutOfRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Ema(null, 1));
    assertThrows(IllegalArgumentException.class, () -> new Ema(null, -.1));
    assertThrows(IllegalArgumentException.class, () -> new Ema(null, Double.NaN));
  }
}
