//! What the operator wants: question spec, answers, presets, rules, waves, and the Helm values they give. No I/O.
