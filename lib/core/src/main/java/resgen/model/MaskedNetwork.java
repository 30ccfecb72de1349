package resgen.model;

/** The network of a generator that unmasks tokens in any order. */
public interface MaskedNetwork extends GeneratorNetwork {

  /** What comes before the head. */
  MaskedBackbone backbone();
}
