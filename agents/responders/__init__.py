"""Who answers, exactly or by what it has learned; `factory` makes one by its name."""
