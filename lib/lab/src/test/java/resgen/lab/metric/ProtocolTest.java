package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolTest {
  private static Protocol protocol(String metric, String extractor, int samples) {
    return new Protocol(
        metric,
        samples,
        new Protocol.Reference("fashion-mnist/test", 10_000),
        new Protocol.Network(extractor, "0123456789ab"),
        "28×28",
        "28 steps, guidance 0.02→2.4",
        List.of(1L, 2L),
        new Protocol.Run("abcdef12", 12.3456, "cpu, 2 threads"));
  }

  @Test
  void oneLineSaysEverything() {
    assertEquals(
        "FD-Fashion: 5,000 samples vs fashion-mnist/test (10,000), fashion-cnn #0123456789ab,"
            + " 28×28, 28 steps, guidance 0.02→2.4, seeds [1, 2], commit abcdef12, 12.3 s on cpu, 2"
            + " threads",
        protocol("FD-Fashion", "fashion-cnn", 5000).oneLine());
  }

  @Test
  void keysAreInAFixedOrderAndHoldWhatNumbersShare() {
    var map = protocol("FD-Fashion", "fashion-cnn", 5000).toMap();
    assertEquals(
        "[metric, samples, reference, reference_count, extractor, extractor_hash, image, commit,"
            + " device]",
        map.keySet().toString());
    assertEquals(5000, map.get("samples"));
    Protocol protocol = protocol("FD-Fashion", "fashion-cnn", 5000);
    assertEquals("1 2", protocol.seedText());
    assertEquals("28 steps, guidance 0.02→2.4", protocol.samplerSettings());
  }

  @Test
  void onlyTheInceptionOf2015MakesAnFid() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> protocol("FID", "mobilenet-v1-075-224", 10))
            .getMessage();
    assertTrue(message.contains("mobilenet-v1-075-224"), message);
    assertEquals("FID", protocol("FID", Protocol.FID_EXTRACTOR, 10).metric());
  }

  @Test
  void nothingMayBeLeftOut() {
    assertThrows(IllegalArgumentException.class, () -> protocol("", "x", 10));
    assertThrows(IllegalArgumentException.class, () -> protocol("FD", " ", 10));
    assertThrows(IllegalArgumentException.class, () -> protocol("FD", "x", 0));
    assertThrows(NullPointerException.class, () -> protocol("FD", null, 1));
  }
}
