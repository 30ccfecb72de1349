package resgen.model;

import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Transformer;

/** What the settings of all models that unmask tokens in any order have in common. */
public interface MaskedSettings {

  /** What it makes. */
  TokenShape tokens();

  /** The transformer's sizes. */
  Transformer.Settings backbone();

  /** How masks and classes enter. */
  Conditioning conditioning();

  /** The training schedule γ. */
  Schedule masking();

  /** Which tokens are masked. */
  MaskLaw masks();

  /** {@code fp32}, {@code bf16} or {@code auto}. */
  String precision();
}
