package resgen.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import resgen.settings.Json;

class TrainingTest {

  @Test
  void theRateRisesInTheWarmUpAndThenStaysOrFallsToItsFloor() {
    Rate cosine = Rate.cosine(10);
    assertEquals(.1, cosine.at(0, 110), 1e-12);
    assertEquals(1, cosine.at(9, 110), 1e-12);
    assertEquals(1, cosine.at(10, 110), 1e-12);
    assertEquals(.505, cosine.at(60, 110), 1e-12);
    assertEquals(.01 + .99 * .5 * (1 + Math.cos(Math.PI * .25)), cosine.at(35, 110), 1e-12);
    assertEquals(.01, cosine.at(110, 110), 1e-12);
    Rate constant = Rate.constant(4);
    assertEquals(.25, constant.at(0, 100), 1e-12);
    assertEquals(1, constant.at(4, 100), 1e-12);
    assertEquals(1, constant.at(99, 100), 1e-12);
    assertEquals(1, Rate.constant(0).at(0, 10), 1e-12);
    assertEquals(1, Rate.cosine(20).at(19, 10), 1e-12);
  }

  @Test
  void settingsRoundTripThroughJson() {
    Training training = Training.steps(7).batch(6).accumulate(3).seed(4).rate(Rate.constant(2));
    assertEquals(training, Json.read(Json.write(training), Training.class));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Training t = Training.steps(10);
    assertThrows(IllegalArgumentException.class, () -> Training.steps(0));
    assertThrows(IllegalArgumentException.class, () -> t.batch(0));
    assertThrows(IllegalArgumentException.class, () -> t.batch(4).accumulate(3));
    assertThrows(IllegalArgumentException.class, () -> t.emaDecay(1));
    assertThrows(IllegalArgumentException.class, () -> t.every(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> t.every(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> t.every(1, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> Rate.constant(-1));
    assertThrows(IllegalArgumentException.class, () -> new Rate(Rate.Shape.COSINE, 1, 1.1));
  }
}
