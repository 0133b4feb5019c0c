"""How well a fit describes and predicts votes."""
