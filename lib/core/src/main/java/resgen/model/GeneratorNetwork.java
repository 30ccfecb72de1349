package resgen.model;

import ai.djl.ndarray.NDManager;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;

/** The network of a generator. */
public interface GeneratorNetwork {

  /** The settings that it was built from. */
  GeneratorSettings settings();

  /** The parameters. */
  Parameters parameters();

  /** The frozen codebooks of its tokens. */
  Codebooks codebooks();

  /** The manager that owns the network. */
  default NDManager manager() {
    return parameters().manager();
  }
}
