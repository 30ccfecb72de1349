package resgen.audio.codec;

import ai.djl.ndarray.NDArray;

/** A network from media to latents and back, without a quantizer. */
interface Autoencoder {

  /**
   * Media {@code [B, …]}, as the codec's training crops them, to latents {@code [B, L, H]}, L of a
   * whole number of positions.
   */
  NDArray encode(NDArray media);

  /** Latents {@code [B, L, H]} to media {@code [B, …]}. */
  NDArray decode(NDArray latents);
}
