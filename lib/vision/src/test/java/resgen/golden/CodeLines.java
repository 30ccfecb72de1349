package resgen.golden;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Codes of samples as lines of a golden file: Base64 of one byte a code, and a hash of them all.
 */
final class CodeLines {

  private CodeLines() {}

  /**
   * Lines {@code prefix sha256} and {@code prefix 0}, {@code prefix 1}, …
   *
   * @param codes of each sample, {@code [L, D]} in row order, each in 0 … 255
   */
  static Map<String, String> of(String prefix, int[][] codes) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(prefix + " sha256", "");
    MessageDigest digest = sha256();
    for (int i = 0; i < codes.length; i++) {
      byte[] bytes = new byte[codes[i].length];
      for (int k = 0; k < bytes.length; k++) {
        if (codes[i][k] < 0 || codes[i][k] > 255) {
          throw new IllegalArgumentException("code " + codes[i][k] + " is not in 0 … 255");
        }
        bytes[k] = (byte) codes[i][k];
      }
      digest.update(bytes);
      lines.put(prefix + " " + i, Base64.getEncoder().encodeToString(bytes));
    }
    lines.put(prefix + " sha256", HexFormat.of().formatHex(digest.digest()));
    return lines;
  }

  /**
   * Equal codes; else how many differ, and which first.
   *
   * @param depth D, to tell position and depth from a code's place
   */
  static Golden.Comparison comparison(int depth) {
    return (golden, now) -> {
      if (golden.equals(now)) {
        return "";
      }
      if (golden.matches("[0-9a-f]{64}")) {
        return "codes differ";
      }
      byte[] was = Base64.getDecoder().decode(golden);
      byte[] is = Base64.getDecoder().decode(now);
      if (was.length != is.length) {
        return "were " + was.length + " codes, are " + is.length;
      }
      int first = -1;
      int count = 0;
      for (int k = 0; k < was.length; k++) {
        if (was[k] != is[k]) {
          first = first < 0 ? k : first;
          count++;
        }
      }
      return "%d of %d codes differ, first position %d depth %d: was %d, is %d"
          .formatted(
              count, was.length, first / depth, first % depth, was[first] & 0xFF, is[first] & 0xFF);
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
