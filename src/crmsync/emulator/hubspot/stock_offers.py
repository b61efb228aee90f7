"""Products, line items and quotes: types that extractors ask for by name, though crmsync reads none of them."""

from __future__ import annotations

OFFERS = {
    "products": """
name                   string       Name
description            string       Product description
price                  number       Unit price
hs_sku                 string       SKU
hs_cost_of_goods_sold  number       Unit cost
""",
    "line_items": """
name                   string       Name
quantity               number       Quantity
price                  number       Unit price
amount                 number       Net price
hs_product_id          number       Product ID
""",
    "quotes": """
hs_title               string       Quote Title
hs_status              enumeration  Quote Status  DRAFT=Draft|APPROVAL_NOT_NEEDED=Published|REJECTED=Rejected
hs_expiration_date     datetime     Expiration Date
hs_public_url_key      string*      Public URL key
hs_quote_amount        number*      Quote amount
""",
}
