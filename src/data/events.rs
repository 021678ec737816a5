//! Labelled events as training takes them.

/// Events whose features lie on the grid of the network's input, with the class of each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Events {
    /// Features of one event.
    pub features: usize,
    /// Rows × features.
    pub x: Vec<f32>,
    /// The class of each row.
    pub y: Vec<u32>,
}

impl Events {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// The first `rows` of them.
    ///
    /// # Panics
    /// If there are fewer.
    #[must_use]
    pub fn first(&self, rows: usize) -> Events {
        let x = self.x[..rows * self.features].to_vec();
        Events { features: self.features, x, y: self.y[..rows].to_vec() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }
}
