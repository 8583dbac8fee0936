"""The invented names and phrases of the demonstration programme.

Only the two comunas are real places. Territories, organisations and plans were made up to
sound plausible; any likeness to real ones is coincidence.
"""

# Name, comuna (CUT) and adults who live there, per territory code.
TERRITORIES: dict[str, tuple[str, str, int]] = {
    "T-CAB-1": ("Quebrada Los Espinos", "05402", 2140),
    "T-CAB-2": ("Población Cerro Azulillo", "05402", 1720),
    "T-CHO-1": ("Ribera del Coigüe", "09121", 1380),
    "T-CHO-2": ("Lomas del Canelo", "09121", 960),
}

# Title and day of approval; T-CHO-2 is still writing its plan.
PLANS: dict[str, tuple[str, str]] = {
    "T-CAB-1": ("Plan de Desarrollo Territorial Quebrada Los Espinos 2026-2029", "2026-03-18"),
    "T-CAB-2": ("Plan de Desarrollo Territorial Cerro Azulillo 2026-2029", "2026-04-08"),
    "T-CHO-1": ("Plan de Desarrollo Territorial Ribera del Coigüe 2026-2030", "2026-03-27"),
}

SUMMARIES: dict[str, tuple[str, str]] = {
    "T-CAB-1": (
        "Agua potable para las casas de la quebrada, un camino seguro a la escuela y una sede.",
        "Drinking water for the houses of the ravine, a safe way to school and a meeting house.",
    ),
    "T-CAB-2": (
        "Luminarias y escaleras en los pasajes, un punto limpio y talleres para jóvenes.",
        "Lights and steps in the alleys, a recycling point and workshops for young people.",
    ),
    "T-CHO-1": (
        "Defensas del río, una feria de productores y la posta abierta dos días más.",
        "Defences along the river, a producers' market and the clinic open two days more.",
    ),
}

ORGANISATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "T-CAB-1": (
        ("junta de vecinos", "Junta de Vecinos Los Espinos"),
        ("junta de vecinos", "Junta de Vecinos Puente de Piedra"),
        ("club deportivo", "Club Deportivo Unión Quebrada"),
        ("club deportivo", "Club Deportivo Estrella del Valle Seco"),
        ("centro de madres", "Centro de Madres Las Tejedoras del Valle"),
        ("comité de vivienda", "Comité de Vivienda Nuevo Horizonte"),
        ("comité de agua potable", "Comité de Agua Potable Rural Agua del Espino"),
        ("agrupación cultural", "Agrupación Cultural Raíces de la Quebrada"),
        ("club de adulto mayor", "Club de Adulto Mayor Tardes de Sol"),
        ("cooperativa", "Cooperativa de Productores Fruto del Espino"),
        ("centro de padres", "Centro de Padres Escuela Los Espinos"),
        ("agrupación juvenil", "Agrupación Juvenil Ruta Joven"),
    ),
    "T-CAB-2": (
        ("junta de vecinos", "Junta de Vecinos Cerro Azulillo"),
        ("junta de vecinos", "Junta de Vecinos Mirador del Azulillo"),
        ("club deportivo", "Club Deportivo Juventud Azulillo"),
        ("comité de vivienda", "Comité de Vivienda Techo y Esperanza"),
        ("comité de vivienda", "Comité de Vivienda Las Terrazas"),
        ("centro de madres", "Centro de Madres Manos del Cerro"),
        ("agrupación cultural", "Agrupación Cultural Piedra Azul"),
        ("club de adulto mayor", "Club de Adulto Mayor Los Recuerdos"),
        ("agrupación de mujeres", "Agrupación de Mujeres Voces del Cerro"),
        ("comité de seguridad", "Comité de Seguridad Vecinal El Mirador"),
    ),
    "T-CHO-1": (
        ("junta de vecinos", "Junta de Vecinos Ribera del Coigüe"),
        ("junta de vecinos", "Junta de Vecinos El Balseadero Viejo"),
        ("comunidad indígena", "Comunidad Indígena Coigüe Alto"),
        ("comunidad indígena", "Comunidad Indígena Vega del Coigüe"),
        ("club deportivo", "Club Deportivo Ribereño"),
        ("comité de agua potable", "Comité de Agua Potable Rural La Vega"),
        ("cooperativa", "Cooperativa Campesina Semilla del Río"),
        ("agrupación de mujeres", "Agrupación de Mujeres Telar del Coigüe"),
        ("club de adulto mayor", "Club de Adulto Mayor Buen Vivir"),
        ("comité de productores", "Comité de Pequeños Productores La Huerta"),
    ),
    "T-CHO-2": (
        ("junta de vecinos", "Junta de Vecinos Lomas del Canelo"),
        ("comunidad indígena", "Comunidad Indígena Canelo Grande"),
        ("comunidad indígena", "Comunidad Indígena Loma Verde"),
        ("club deportivo", "Club Deportivo Los Canelos"),
        ("comité de vivienda", "Comité de Vivienda Rural Las Lomas"),
        ("centro de madres", "Centro de Madres Flor de Canelo"),
        ("comité de productores", "Comité de Apicultores La Colmena"),
        ("agrupación juvenil", "Agrupación Juvenil Brotes"),
    ),
}

OPENINGS = ("", "", "", "", "La verdad, ", "Mire, ", "Para mí, ")
CLOSINGS = ("", "", "", "", " Gracias.", " Muchas gracias.", " Eso nomás.", " Eso sería.")

# What people would improve. The keys of the first are the values of `what_went_wrong`.
COMPLAINTS: dict[str, tuple[str, ...]] = {
    "few_visits": (
        "el equipo debería venir más seguido al sector",
        "faltan visitas los fines de semana, cuando la gente está en la casa",
        "deberían subir también a la parte alta, no solo a la sede",
    ),
    "poor_treatment": (
        "falta escuchar con más paciencia a las personas mayores",
        "deberían saludar y explicar bien quiénes son",
    ),
    "little_information": (
        "falta avisar con tiempo las reuniones; uno se entera al otro día",
        "los papeles son difíciles de entender",
        "deberían informar por WhatsApp y también por la radio",
        "sería bueno explicar en qué se gasta la plata",
    ),
    "slow_answers": (
        "se demoran mucho en responder las solicitudes",
        "cada trámite tarda meses y la gente se cansa",
    ),
    "unheard": (
        "las decisiones ya vienen tomadas",
        "deberían preguntar primero y decidir después",
        "siempre opinan las mismas personas en la mesa",
    ),
    "few_results": (
        "hay muchas reuniones y pocas obras",
        "todavía no se ve nada de lo que se prometió",
        "falta arreglar el camino y la luminaria",
    ),
    "other": (
        "el horario de los talleres no sirve para quienes trabajan",
        "falta movilización para llegar a la sede",
    ),
}
PRAISE = (
    "el equipo es muy cercano y cumple lo que dice",
    "me gustaron los talleres, ojalá sigan",
    "la comunidad está más unida que antes",
    "ojalá continúen por más años",
    "harían falta más talleres para jóvenes y para mujeres",
    "nada que mejorar, todo bien",
    "el programa debería llegar también a los sectores vecinos",
)
# Left as people type them: a leading dash is a trap for spreadsheets.
RAW_COMMENTS = (
    "- mas reuniones\n- mas talleres",
    "-",
    "nada",
    "Todo bien.",
    "no se",
    "MAS APOYO PARA LOS ADULTOS MAYORES",
)

SUGGESTIONS = (
    "Que los plazos se cumplan y se informe cada tres meses.",
    "Incluir el agua como primera prioridad.",
    "Que se expliquen los montos de cada proyecto.",
    "Más participación de jóvenes en las reuniones.",
    "Falta considerar a quienes viven más lejos de la sede.",
    "Que el plan tenga un resumen de una hoja para repartir.",
    "Que la municipalidad comprometa recursos por escrito.",
    "Formar una comisión de vecinas y vecinos que revise los avances.",
    "El plan está bien hecho; ahora hay que ejecutarlo.",
    "Traducir el resumen al mapudungún.",
)
