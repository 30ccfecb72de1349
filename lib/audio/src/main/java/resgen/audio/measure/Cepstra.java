package resgen.audio.measure;

import resgen.audio.LogMel;

/** Cepstra of log-mel spectrograms. */
final class Cepstra {

  private Cepstra() {}

  /**
   * Coefficients 0 … count of the orthonormal cosine transform (DCT-II) of each frame.
   *
   * @return {@code [frames][count + 1]}
   */
  static double[][] of(LogMel mel, int count) {
    int m = mel.settings().mels();
    double[][] basis = new double[count + 1][m];
    for (int q = 0; q <= count; q++) {
      for (int i = 0; i < m; i++) {
        basis[q][i] = Math.sqrt((q == 0 ? 1.0 : 2.0) / m) * Math.cos(Math.PI * q * (i + 0.5) / m);
      }
    }
    double[][] cepstra = new double[mel.frames()][count + 1];
    for (int f = 0; f < cepstra.length; f++) {
      for (int q = 0; q <= count; q++) {
        double sum = 0;
        for (int i = 0; i < m; i++) {
          sum += basis[q][i] * mel.get(f, i);
        }
        cepstra[f][q] = sum;
      }
    }
    return cepstra;
  }
}
