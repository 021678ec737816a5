//! What QKeras's estimators say of a network: the data types of QTools, operations, bits, and the energy of a 45 nm
//! ASIC.
